package dev.weir.config;

import java.net.URI;
import java.net.URISyntaxException;

/** What a base URL of a service has to look like where it is not read by the table of settings. */
public final class EndpointUrl {
    private static final int MAX_PORT = 65_535;

    private EndpointUrl() {}

    /** An http or https URL of a host, perhaps with a port and a path; without user, query and fragment. */
    public static boolean isValid(String text) {
        try {
            URI uri = new URI(text);
            return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getPort() <= MAX_PORT && uri.getRawUserInfo() == null && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException broken) {
            return false;
        }
    }
}

package dev.weir.platform.http;

import inet.ipaddr.IPAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL that a tenant chose, read once and strictly; what is sent is built from these parts, never from the text again.
 *
 * @param host a name of at least two labels in lower case, or an address, IPv6 without brackets
 * @param target path and query, as they stood
 * @param address the host, if it is an address
 */
record Destination(boolean tls, String host, int port, String target, Optional<IPAddress> address) {
    private static final int MAX_URL = 2048;
    private static final int MAX_NAME = 253;
    private static final Set<Integer> PORTS = Set.of(443, 8443);
    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]+");
    private static final Pattern AUTHORITY = Pattern
            .compile("(?<host>\\[[^\\[\\]]*\\]|[^:\\[\\]]+)(?::(?<port>[0-9]{0,5}))?");
    private static final Pattern NAME = Pattern
            .compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    /** What C libraries take for an address: a last label that is a number, decimal, octal or hexadecimal. */
    private static final Pattern NUMBER_LAST = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)");
    /** Names that mean something only inside a network. */
    private static final Pattern INTERNAL = Pattern
            .compile("(?:.*\\.)?(?:localhost|local|internal|intranet|lan|home|corp|arpa|onion|test|invalid|example)");

    /**
     * @param loopback whether this host itself may be reached, over plain HTTP also and at any port
     * @throws BrokenRule if it is not a URL that we would ever send to
     */
    static Destination of(String url, boolean loopback) {
        if (url.length() > MAX_URL) {
            throw new BrokenRule("too-long");
        }
        if (!PRINTABLE.matcher(url).matches()) {
            throw new BrokenRule("not-ascii");
        }
        URI uri = parsed(url);
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        if (!tls && !(loopback && "http".equalsIgnoreCase(uri.getScheme()))) {
            throw new BrokenRule("not-https");
        }
        Matcher authority = authority(String.valueOf(uri.getRawAuthority()));
        if (uri.getRawFragment() != null) {
            throw new BrokenRule("fragment");
        }
        String host = host(authority.group("host").toLowerCase(Locale.ROOT), loopback);
        return new Destination(tls, host, port(authority.group("port"), tls, loopback), target(uri),
                AddressRules.read(host));
    }

    /** The host as it stands before a port: IPv6 in brackets. */
    String bracketed() {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }

    /** Whether the port is one of HTTPS: anything else would make us a scanner of other people's services. */
    static boolean isUsual(int port) {
        return PORTS.contains(port);
    }

    private static Matcher authority(String text) {
        if (text.indexOf('@') >= 0) {
            throw new BrokenRule("userinfo");
        }
        Matcher parts = AUTHORITY.matcher(text);
        if (!parts.matches()) {
            throw new BrokenRule("odd-name");
        }
        return parts;
    }

    private static URI parsed(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException malformed) {
            throw new BrokenRule("malformed");
        }
    }

    private static String host(String raw, boolean loopback) {
        if (raw.startsWith("[")) {
            return AddressRules.read(raw.substring(1, raw.length() - 1)).filter(IPAddress::isIPv6)
                    .map(IPAddress::toCanonicalString).orElseThrow(() -> new BrokenRule("odd-address"));
        }
        if (NUMBER_LAST.matcher(raw).matches()) {
            return AddressRules.read(raw).filter(IPAddress::isIPv4).map(IPAddress::toCanonicalString)
                    .orElseThrow(() -> new BrokenRule("odd-address"));
        }
        if (raw.length() > MAX_NAME) {
            throw new BrokenRule("name-too-long");
        }
        if (raw.endsWith(".")) {
            throw new BrokenRule("trailing-dot");
        }
        if (loopback && raw.equals("localhost")) {
            return raw;
        }
        if (INTERNAL.matcher(raw).matches()) {
            throw new BrokenRule("internal-name");
        }
        if (!NAME.matcher(raw).matches()) {
            throw new BrokenRule("odd-name");
        }
        return raw;
    }

    private static int port(String text, boolean tls, boolean loopback) {
        if (text == null) {
            return tls ? 443 : 80;
        }
        int port = text.isEmpty() || text.startsWith("0") ? 0 : Integer.parseInt(text);
        if (port < 1 || port > 65_535 || !(loopback || isUsual(port))) {
            throw new BrokenRule("port");
        }
        return port;
    }

    private static String target(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }
}

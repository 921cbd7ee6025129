package dev.weir.cli.client;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.weir.kernel.Redacted;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which gateway, and as whom. */
public record Profile(URI server, Redacted key) {
    private static final String LOCAL = "http://127.0.0.1:8080";
    private static final Set<PosixFilePermission> PRIVATE = EnumSet.of(PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE);

    /**
     * {@code WEIR_SERVER} and {@code WEIR_KEY}, unless a profile is named; what they leave open is the profile's. Its file is
     * {@code weir/profiles.yaml} in {@code $XDG_CONFIG_HOME} or {@code ~/.config}: a mapping of names to {@code server} and {@code key},
     * refused unless its mode is 0600.
     *
     * @param name of the profile asked for; empty = {@code default}, if there is one
     * @param server asked for on the command line, before all else
     */
    public static Profile find(Map<String, String> environment, Optional<String> name, Optional<String> server) {
        Optional<String> envServer = variable(environment, "WEIR_SERVER").filter(_ -> name.isEmpty());
        Optional<String> envKey = variable(environment, "WEIR_KEY").filter(_ -> name.isEmpty());
        JsonNode stored = envKey.isPresent() && (server.isPresent() || envServer.isPresent())
                ? YAMLMapper.builder().build().createObjectNode()
                : stored(file(environment), name);
        URI base = address(server.or(() -> envServer).orElse(stored.path("server").asText(LOCAL)));
        // A stored key goes to the server it is stored for, and to no other.
        boolean elsewhere = !base.equals(address(stored.path("server").asText(LOCAL)));
        String key = envKey.orElse(elsewhere ? "" : stored.path("key").asText(""));
        return new Profile(base, new Redacted(key.strip()));
    }

    private static Path file(Map<String, String> environment) {
        return variable(environment, "XDG_CONFIG_HOME").map(Path::of)
                .orElseGet(() -> Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".config"))
                .resolve("weir").resolve("profiles.yaml");
    }

    private static JsonNode stored(Path file, Optional<String> name) {
        YAMLMapper yaml = YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
        if (!Files.exists(file)) {
            if (name.isPresent()) {
                throw ClientException.usage("there is no profile '" + name.get() + "': " + file + " does not exist");
            }
            return yaml.createObjectNode();
        }
        requirePrivate(file);
        try {
            JsonNode profiles = yaml.readTree(file.toFile());
            JsonNode found = profiles.path(name.orElse("default"));
            if (found.isObject()) {
                return found;
            }
            if (name.isPresent()) {
                throw ClientException.usage("there is no profile '" + name.get() + "' in " + file);
            }
            if (found.isMissingNode() && (profiles.isObject() || profiles.isMissingNode())) {
                return yaml.createObjectNode();
            }
        } catch (IOException _) {
            // said below, without what it holds
        }
        throw ClientException.usage(file + " is not a mapping of names to server and key");
    }

    private static void requirePrivate(Path file) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (!mode.equals(PRIVATE)) {
                throw ClientException.usage(file + " holds keys and must have mode 0600 (rw-------), but has "
                        + PosixFilePermissions.toString(mode) + "; run: chmod 600 " + file);
            }
        } catch (IOException | UnsupportedOperationException _) {
            throw ClientException.usage("the mode of " + file + ", which holds keys, cannot be read");
        }
    }

    private static URI address(String base) {
        try {
            URI uri = URI.create(base.endsWith("/") ? base.substring(0, base.length() - 1) : base);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getUserInfo() == null && uri.getQuery() == null && uri.getFragment() == null) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        throw ClientException.usage("the server must be an http or https URL, such as " + LOCAL);
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}

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
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which gateway, and as whom. */
public record Profile(URI server, Redacted key) {
    private static final String LOCAL = "http://127.0.0.1:8080";
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    /**
     * {@code WEIR_SERVER} and {@code WEIR_KEY}, unless a profile is named; what they leave open is the profile's. Its file is
     * {@code weir/profiles.yaml} in {@code $XDG_CONFIG_HOME} or {@code ~/.config}: a mapping of names to {@code server} and {@code key}, for
     * the user's eyes only.
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
        String base = server.or(() -> envServer).orElse(stored.path("server").asText(LOCAL));
        // A stored key goes to the server it is stored for, and to no other.
        boolean elsewhere = !base.equals(stored.path("server").asText(LOCAL));
        String key = envKey.orElse(elsewhere ? "" : stored.path("key").asText(""));
        return new Profile(address(base), new Redacted(key.strip()));
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
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw ClientException.usage(file + " can be read or changed by others; it holds keys: chmod 600 it");
            }
            JsonNode profiles = yaml.readTree(file.toFile());
            JsonNode found = profiles.path(name.orElse("default"));
            if (name.isPresent() && !found.isObject()) {
                throw ClientException.usage("there is no profile '" + name.get() + "' in " + file);
            }
            return found;
        } catch (IOException unreadable) {
            throw new ClientException(ExitStatus.USAGE, file + " is not a mapping of names to server and key");
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

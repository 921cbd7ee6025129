package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.cli.client.ClientException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** How far a deployment moves the version: what the gateway proposes, unless somebody says more. */
final class Bump {
    private static final String FIRST = "1.0.0";
    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})");

    /** A change's size for those who call the skill. */
    enum Level {
        patch, minor, major
    }

    @Option(names = "--level", paramLabel = "LEVEL", description = "patch, minor or major; else the least that the change of the input's schema demands.")
    private Level level;

    @Option(names = "--version", paramLabel = "V", description = "The version, such as 1.2.3; else the one that the level leads to.")
    private String version;

    boolean isAsked() {
        return level != null || version != null;
    }

    /** Empty where a stage's first deployment is not compared with anything. */
    Optional<String> level(JsonNode upload) {
        return Optional.ofNullable(level).map(Level::name).or(() -> text(upload, "minimum_change_level"));
    }

    /** @param newest of the stage; asked only where it matters */
    String version(JsonNode upload, Supplier<String> newest) {
        if (version != null) {
            return version;
        }
        Optional<String> minimum = text(upload, "minimum_change_level");
        if (level == null || minimum.isEmpty() || minimum.get().equals(level.name())) {
            return text(upload, "next_version").orElse(FIRST);
        }
        return next(newest.get(), level);
    }

    static String next(String newest, Level level) {
        Matcher parts = VERSION.matcher(newest);
        if (!parts.matches()) {
            throw ClientException.usage("the newest version is not of the form 1.2.3: say --version");
        }
        int major = Integer.parseInt(parts.group(1));
        int minor = Integer.parseInt(parts.group(2));
        return switch (level) {
            case patch -> major + "." + minor + "." + (Integer.parseInt(parts.group(3)) + 1);
            case minor -> major + "." + (minor + 1) + ".0";
            case major -> (major + 1) + ".0.0";
        };
    }

    private static Optional<String> text(JsonNode upload, String field) {
        return Optional.of(upload.path(field).asText("")).filter(text -> !text.isEmpty());
    }
}

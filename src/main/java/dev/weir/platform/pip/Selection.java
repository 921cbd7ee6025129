package dev.weir.platform.pip;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.feature.skill.DependencyBundler.Resolved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an installer says it chose, and how that is written down. Blocking. */
final class Selection {
    static final String LOCK = "requirements.lock";
    private static final long MAX_SAID = 32L * 1024 * 1024;
    private static final Pattern PINNED = Pattern.compile("([A-Za-z0-9._-]+)(?:\\[[^\\]]*])?==([A-Za-z0-9._+!-]+).*");
    private static final ObjectMapper JSON = new ObjectMapper();

    private Selection() {}

    /** From the file of {@code pip install --report} (format 1, since pip 22.2); nothing if it is not to be understood. */
    static Optional<List<Resolved>> ofReport(Path report) throws IOException {
        if (!isReadable(report)) {
            return Optional.empty();
        }
        JsonNode installed;
        try {
            installed = JSON.readTree(report.toFile()).path("install");
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        if (!installed.isArray()) {
            return Optional.empty();
        }
        List<Resolved> packages = new ArrayList<>();
        for (JsonNode each : installed) {
            JsonNode hashes = each.path("download_info").path("archive_info").path("hashes");
            packages.add(new Resolved(Requirement.normal(each.path("metadata").path("name").asText()),
                    each.path("metadata").path("version").asText(), List.of(hashes.path("sha256").asText())));
        }
        return Optional.of(sorted(packages));
    }

    /**
     * From what {@code uv pip compile --generate-hashes} wrote; nothing if it is not to be understood. Of a package's hashes only those stay
     * that {@code wanted} allows, so that a hash in the requirements is a promise here, too.
     */
    static Optional<List<Resolved>> ofCompiled(Path compiled, List<Requirement> wanted) throws IOException {
        if (!isReadable(compiled)) {
            return Optional.empty();
        }
        Map<String, List<String>> allowed = new TreeMap<>();
        wanted.stream().filter(each -> !each.sha256().isEmpty())
                .forEach(each -> allowed.merge(each.name(), each.sha256(), Selection::both));
        List<Resolved> packages = new ArrayList<>();
        String text = Files.readString(compiled).replaceAll("\\\\\\R", " ");
        for (String line : text.lines().filter(each -> !each.isBlank() && !each.strip().startsWith("#")).toList()) {
            Matcher pinned = PINNED.matcher(line.strip());
            List<String> hashes = Pattern.compile("--hash=sha256:([0-9a-f]{64})").matcher(line).results()
                    .map(match -> match.group(1)).toList();
            if (!pinned.matches()) {
                return Optional.empty();
            }
            String name = Requirement.normal(pinned.group(1));
            packages.add(new Resolved(name, pinned.group(2), both(hashes, allowed.getOrDefault(name, hashes))));
        }
        return Optional.of(sorted(packages));
    }

    /** As lines that an installer takes with {@code --require-hashes}. */
    static String lines(List<Resolved> packages) {
        StringBuilder lines = new StringBuilder();
        for (Resolved each : packages) {
            lines.append(each.name()).append("==").append(each.version());
            each.sha256().forEach(hash -> lines.append(" --hash=sha256:").append(hash));
            lines.append('\n');
        }
        return lines.toString();
    }

    private static boolean isReadable(Path file) throws IOException {
        return Files.isRegularFile(file) && Files.size(file) <= MAX_SAID;
    }

    private static List<String> both(List<String> first, List<String> second) {
        Set<String> wanted = new HashSet<>(second);
        return first.stream().filter(wanted::contains).distinct().toList();
    }

    private static List<Resolved> sorted(List<Resolved> packages) {
        return packages.stream().sorted(Comparator.comparing(Resolved::name)).toList();
    }
}

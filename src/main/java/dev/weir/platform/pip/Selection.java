package dev.weir.platform.pip;

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
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an installer says it chose, and how that is written down. Blocking. */
final class Selection {
    static final String LOCK = "requirements.lock";
    private static final Pattern PINNED = Pattern.compile("([A-Za-z0-9._-]+)(?:\\[[^\\]]*])?==([A-Za-z0-9._+!-]+).*");
    private static final ObjectMapper JSON = new ObjectMapper();

    private Selection() {}

    /** From the file of {@code pip install --report} (format 1, since pip 22.2). */
    static List<Resolved> ofReport(Path report) throws IOException {
        List<Resolved> packages = new ArrayList<>();
        for (JsonNode each : JSON.readTree(report.toFile()).path("install")) {
            JsonNode hashes = each.path("download_info").path("archive_info").path("hashes");
            packages.add(new Resolved(Requirement.normal(each.path("metadata").path("name").asText()),
                    each.path("metadata").path("version").asText(), List.of(hashes.path("sha256").asText())));
        }
        return sorted(packages);
    }

    /**
     * From what {@code uv pip compile --generate-hashes} wrote; empty if it is not to be understood. Of a package's hashes only those stay
     * that {@code wanted} allows, so that a hash in the requirements is a promise here, too.
     */
    static List<Resolved> ofCompiled(Path compiled, List<Requirement> wanted) throws IOException {
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
                return List.of();
            }
            String name = Requirement.normal(pinned.group(1));
            packages.add(new Resolved(name, pinned.group(2), both(hashes, allowed.getOrDefault(name, hashes))));
        }
        return sorted(packages);
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

    private static List<String> both(List<String> first, List<String> second) {
        Set<String> wanted = new HashSet<>(second);
        return first.stream().filter(wanted::contains).distinct().toList();
    }

    private static List<Resolved> sorted(List<Resolved> packages) {
        return packages.stream().sorted(Comparator.comparing(Resolved::name)).toList();
    }
}

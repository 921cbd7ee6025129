package dev.weir.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation says is there, is there. */
class ReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final Path DOCS = Path.of("src", "docs");
    private static final Path OPENAPI = Path.of("src", "main", "resources", "openapi.yaml");
    private static final Pattern SNIPPET = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)[^)]*\\)");

    @Test
    void theSetUpIsExactlyTwoCommandsThatThePomKnows() throws IOException {
        List<String> snippets = snippets();
        assertThat(snippets.subList(0, 2)).containsExactly("mvn -q package -DskipTests exec:exec@serve\n",
                "mvn verify\n");
        assertThat(snippets.subList(2, snippets.size())).noneMatch(snippet -> snippet.contains("mvn "));
        assertThat(Files.readString(Path.of("pom.xml"))).containsSubsequence(
                "<artifactId>exec-maven-plugin</artifactId>",
                "<id>serve</id>", "<executable>${project.build.directory}/weir/bin/weir</executable>",
                "<argument>serve</argument>");
    }

    @Test
    void theCommandsExist() throws IOException {
        String commands = snippets().getLast();
        List<String> names = Pattern.compile("bin/weir ([a-z-]+)").matcher(commands).results()
                .map(match -> match.group(1)).filter(name -> !name.startsWith("-")).toList();
        assertThat(names).contains("serve", "emulate", "check-config");
        for (String name : names) {
            assertThat(sources("cli")).anyMatch(source -> source.contains("@Command(name = \"" + name + "\""));
        }
    }

    @Test
    void theCallIsOneTheContractKnows() throws IOException {
        String curl = snippets().get(2);
        String path = group(curl, "http://127\\.0\\.0\\.1:8080(/\\S+)");
        JsonNode body = new ObjectMapper().readTree(group(curl, "-d '([^']*)'"));
        assertThat(path).isEqualTo("/v1/skills/hello-stream/stages/prod/runs");
        assertThat(body.properties()).extracting(Map.Entry::getKey).containsExactly("name", "count", "delay_ms");
        assumeThat(OPENAPI).as("the contract is not there yet").exists();
        String template = path.replace("hello-stream", "{skill}").replace("prod", "{stage}");
        assertThat(new YAMLMapper().readTree(OPENAPI.toFile()).path("paths").path(template).has("post")).isTrue();
    }

    @Test
    void thePackageMapIsComplete() throws IOException {
        TreeSet<String> rows = new TreeSet<>();
        Pattern.compile("(?m)^\\| `([a-z]+)` \\|").matcher(Files.readString(README)).results()
                .forEach(match -> rows.add(match.group(1)));
        TreeSet<String> packages = new TreeSet<>();
        try (Stream<Path> children = Files.list(Path.of("src", "main", "java", "dev", "weir"))) {
            children.filter(Files::isDirectory).forEach(child -> packages.add(child.getFileName().toString()));
        }
        assertThat(rows).isEqualTo(packages);
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        int links = 0;
        for (Path page : pages()) {
            for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
                links++;
                if (!link.group(1).startsWith("http")) {
                    assertThat(page.resolveSibling(link.group(1)).normalize()).as(page.toString()).exists();
                }
            }
        }
        assertThat(links).isGreaterThan(20);
    }

    @Test
    void decisionsAreNumberedWithoutGaps() throws IOException {
        List<Path> decisions = pages().stream().filter(page -> page.getParent().endsWith("adr")).sorted().toList();
        assertThat(decisions).isNotEmpty();
        for (int i = 0; i < decisions.size(); i++) {
            assertThat(decisions.get(i).getFileName().toString()).startsWith("%04d-".formatted(i + 1));
            assertThat(Files.readString(decisions.get(i))).startsWith("# " + (i + 1) + ". ").contains("**Decision.**",
                    "**Consequences.**");
        }
    }

    private static List<String> snippets() throws IOException {
        return SNIPPET.matcher(Files.readString(README)).results().map(match -> match.group(1)).toList();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> pages = Files.walk(DOCS)) {
            return Stream
                    .concat(Stream.of(README.toAbsolutePath()), pages.filter(page -> page.toString().endsWith(".md")))
                    .toList();
        }
    }

    private static List<String> sources(String topLevel) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src", "main", "java", "dev", "weir", topLevel))) {
            return files.filter(Files::isRegularFile).map(ReadmeTest::text).toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String group(String text, String regex) {
        return Pattern.compile(regex).matcher(text).results().findFirst().orElseThrow().group(1);
    }
}

package dev.weir.feature.skill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.weir.feature.skill.Manifest.Reading;
import dev.weir.feature.skill.PackageValidator.Subject;
import dev.weir.kernel.Ids;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestTest {
    private static final Subject HELLO = new Subject("hello", "", Optional.empty(), Optional.empty());
    private static final String FULL = """
            # what it does
            name: city-weather
            description: "Says what the weather is: today"
            handler: main:handler
            input_schema:
              type: object
              required: [city]
              properties:
                city: {type: string, maxLength: 100}
                days: {type: integer, default: 1, minimum: 0.5}
            output_schema: {type: object}
            """;

    @Test
    void aFullManifestIsRead() {
        Manifest manifest = read(FULL);
        assertThat(manifest.name()).contains("city-weather");
        assertThat(manifest.description()).contains("Says what the weather is: today");
        assertThat(manifest.inputSchema()).contains("{\"type\":\"object\",\"required\":[\"city\"],\"properties\":"
                + "{\"city\":{\"type\":\"string\",\"maxLength\":100},\"days\":{\"type\":\"integer\",\"default\":1,"
                + "\"minimum\":0.5}}}");
        assertThat(read("{}").handler()).isEqualTo("main:handler");
    }

    @ParameterizedTest(name = "{0} at {1}")
    @MethodSource
    void aFaultIsAFindingWithItsLine(String rule, int line, String file) {
        assertThat(findings(file.getBytes(StandardCharsets.UTF_8))).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).as(finding.message()).isEqualTo(rule);
            assertThat(finding.line()).isEqualTo(line);
            assertThat(finding.severity()).isEqualTo("error");
            assertThat(finding.file()).isEqualTo("skill.yaml");
        });
    }

    static Stream<Arguments> aFaultIsAFindingWithItsLine() {
        return Stream.of(
                arguments("ManifestMalformed", 1, ""),
                arguments("ManifestMalformed", 1, "- a list"),
                arguments("ManifestMalformed", 1, "just a text"),
                arguments("ManifestMalformed", 2, "name: a\ndescription: 'open\n"),
                arguments("ManifestMalformed", 3, "name: a\n--- \nname: b\n"),
                arguments("ManifestMalformed", 2, "name: a\noutput_schema: {minimum: .inf}\n"),
                arguments("ManifestUnknownField", 2, "name: a\nversion: '1'\n"),
                arguments("ManifestUnknownField", 1, "hooks: {}\n"),
                arguments("ManifestDuplicateKey", 2, "name: a\nname: b\n"),
                arguments("ManifestDuplicateKey", 3, "input_schema:\n  type: object\n  type: object\n"),
                arguments("ManifestAlias", 3, "name: &a x\noutput_schema:\n  const: *a\n"),
                arguments("ManifestAlias", 1, "name: !!python/object:os.system x\n"),
                arguments("ManifestAlias", 1, "--- !!map {name: a}\n"),
                arguments("ManifestTooDeep", 1, "input_schema: " + "{a: ".repeat(50) + "1" + "}".repeat(50)),
                arguments("ManifestTooLarge", 0, "# " + "x".repeat(70_000)),
                arguments("ManifestFieldType", 1, "name: 12\n"),
                arguments("ManifestFieldType", 1, "description: null\n"),
                arguments("ManifestFieldType", 1, "input_schema: []\n"),
                arguments("ManifestFieldIllegal", 1, "name: ../x\n"),
                arguments("ManifestFieldIllegal", 1, "name: " + "a".repeat(65)),
                arguments("ManifestFieldIllegal", 1, "description: " + "a".repeat(1025)),
                arguments("ManifestFieldIllegal", 1, "handler: os.system('x')\n"),
                arguments("ManifestSchemaIllegal", 1, "input_schema: {type: array}\n"),
                arguments("ManifestSchemaIllegal", 2,
                        "name: a\ninput_schema: {properties: {a: {$ref: 'http://x/y'}}}\n"));
    }

    @Test
    void bytesThatAreNotUtf8AreAFinding() {
        assertThat(findings(new byte[]{'n', ':', ' ', (byte) 0xc3})).hasSize(1);
    }

    @Test
    void aThousandNestedAliasesCostNothing() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a").append(i).append(": &a").append(i).append(" [")
                    .append(("*a" + (i - 1) + ",").repeat(10)).append("]\n");
        }
        assertThat(findings(bomb.toString().getBytes(StandardCharsets.UTF_8))).extracting(Finding::rule)
                .containsExactly("ManifestAlias");
    }

    @Test
    void aGeneratedManifestReadsBackAsItself() {
        Manifest manifest = Manifest.completed(Optional.empty(), HELLO, new HandlerFacts("main:handler",
                Optional.of("\n    Greets: 'you',\n    #kindly.\n\n    More."),
                Optional.of("{\"type\":\"object\",\"properties\":{\"on\":{\"const\":\"010\"}}}"), Optional.empty()));
        assertThat(manifest.description()).contains("Greets: 'you', #kindly.");
        assertThat(read(new String(manifest.toYaml(), StandardCharsets.UTF_8))).isEqualTo(manifest);
        assertThat(read(new String(read(FULL).toYaml(), StandardCharsets.UTF_8))).isEqualTo(read(FULL));
    }

    @Test
    void aGuessThatIsNoSchemaOfObjectsIsNotTaken() {
        for (String guess : List.of("{\"type\":\"string\"}", "not json", "{\"type\":\"object\",\"$ref\":\"x\"}")) {
            Manifest manifest = Manifest.completed(Optional.empty(), HELLO,
                    new HandlerFacts("main:handler", Optional.empty(), Optional.of(guess), Optional.empty()));
            assertThat(manifest.inputSchema()).contains("{\"type\":\"object\"}");
        }
    }

    @Test
    void legalNamesAreLegalNamesOfClaudeTools() {
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            String name = random.ints(1 + random.nextInt(70), 0x20, 0x7f)
                    .mapToObj(Character::toString).reduce("", String::concat).replace(' ', 'a');
            assertThat(!Ids.isLegal(name) || name.matches("[a-zA-Z0-9_-]{1,64}")).isTrue();
        }
    }

    @Test
    void noMutationIsMoreThanAFinding() {
        Random random = new Random(11);
        String alphabet = "{}[]&*!|>'\"%@`#:-?,\n\t \u0000\u00e9<~0.x";
        for (int i = 0; i < 3_000; i++) {
            StringBuilder file = new StringBuilder(FULL);
            for (int change = random.nextInt(6); change >= 0; change--) {
                int at = random.nextInt(file.length());
                String piece = String.valueOf(alphabet.charAt(random.nextInt(alphabet.length())));
                switch (random.nextInt(3)) {
                    case 0 -> file.insert(at, piece.repeat(1 + random.nextInt(30)));
                    case 1 -> file.delete(at, Math.min(file.length(), at + random.nextInt(20)));
                    default -> file.replace(at, at + 1, piece);
                }
            }
            switch (Manifest.read(file.toString().getBytes(StandardCharsets.UTF_8))) {
                case Reading.Read(Manifest manifest) -> assertThat(manifest.handler()).contains(":");
                case Reading.Refused(List<Finding> found) -> assertThat(found).isNotEmpty();
            }
        }
    }

    private static Manifest read(String file) {
        return ((Reading.Read) Manifest.read(file.getBytes(StandardCharsets.UTF_8))).manifest();
    }

    private static List<Finding> findings(byte[] file) {
        return ((Reading.Refused) Manifest.read(file)).findings();
    }
}

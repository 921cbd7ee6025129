package dev.weir.feature.skill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weir.feature.skill.DependencyBundler.Bundle;
import dev.weir.feature.skill.DependencyBundler.Resolved;
import dev.weir.feature.skill.DependencyBundler.Target;
import dev.weir.feature.skill.PackageValidator.Judgement;
import dev.weir.feature.skill.PackageValidator.Subject;
import dev.weir.wire.zip.StrictZip;
import dev.weir.wire.zip.ZipLimits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageValidatorTest {
    private static final Resolved SIX = new Resolved("six", "1.17.0", List.of("ab".repeat(32)));
    private static final String MAIN = "def handler(input):\n    return input\n";

    @TempDir
    private Path directory;

    private final List<String> inspected = new ArrayList<>();
    private SourceReport report = new SourceReport(List.of(), Optional.of(new HandlerShape(
            HandlerShape.Kind.FUNCTION, 1, 1, Optional.of("Echoes.\n\nMore."),
            Optional.of("{\"type\":\"object\",\"required\":[\"a\"]}"), Optional.of("{\"type\":\"string\"}"))));
    private Bundle bundle = new Bundle(List.of(SIX), List.of());
    private Map<String, String> wheels = Map.of("six.py", "x = 1", "requirements.lock", "six==1.17.0");
    private Subject subject = new Subject("echo", "", Optional.empty(), Optional.empty());
    private Duration patience = Duration.ofMinutes(1);
    private boolean silent;
    private Path work;

    @Test
    void whatPassesIsWrittenAnewWithItsDescriptorAndItsDependencies() throws IOException {
        Judgement judgement = judge(Map.of("main.py", MAIN, "requirements.txt", "six", "lib/a.py", "a = 1"));
        assertThat(judgement.findings()).isEmpty();
        PackageMetadata metadata = judgement.passed().orElseThrow().metadata();
        assertThat(metadata).isEqualTo(new PackageMetadata("Echoes.",
                Optional.of("{\"type\":\"object\",\"required\":[\"a\"]}"), Optional.of("{\"type\":\"string\"}"),
                "main:handler", List.of(SIX)));
        Map<String, String> stored = stored(judgement);
        assertThat(stored).containsOnlyKeys(".weir/dependencies/requirements.lock", ".weir/dependencies/six.py",
                "lib/a.py", "main.py", "requirements.txt", "skill.yaml");
        assertThat(stored.get("skill.yaml")).contains("name: \"echo\"", "Echoes.", "main:handler", "required");
        assertThat(inspected).containsExactly("main:handler lib/a.py main.py requirements.txt");
    }

    @Test
    void theDescriptorCountsMostThenTheSkillThenTheCode() throws IOException {
        subject = new Subject("echo", "of the skill", Optional.of("{\"title\":\"skill\"}"),
                Optional.of("{\"title\":\"out\"}"));
        PackageMetadata plain = passed(Map.of("main.py", MAIN));
        assertThat(plain.description()).isEqualTo("of the skill");
        assertThat(plain.inputSchema()).contains("{\"title\":\"skill\"}");
        assertThat(plain.outputSchema()).contains("{\"title\":\"out\"}");
        PackageMetadata described = passed(Map.of("app.py", MAIN, "skill.yaml",
                "name: echo\nhandler: app:run\ndescription: of the package\ninput_schema: {type: object}\n"));
        assertThat(described.description()).isEqualTo("of the package");
        assertThat(described.handler()).isEqualTo("app:run");
        assertThat(described.inputSchema()).contains("{\"type\":\"object\"}");
        assertThat(inspected.getLast()).startsWith("app:run ");
        report = new SourceReport(List.of(), Optional.empty());
        subject = new Subject("echo", "", Optional.empty(), Optional.empty());
        assertThat(passed(Map.of("main.py", MAIN)).inputSchema()).contains("{\"type\":\"object\"}");
    }

    @Test
    void aDescriptorThatNobodyWouldReadIsNotPassedOver() throws IOException {
        for (String name : List.of("skill.yml", "Skill.yaml", "SKILL.YML", "skill.yaml/x")) {
            assertThat(judge(Map.of("main.py", MAIN, name, "name: echo\n")).findings()).as(name)
                    .extracting(Finding::rule).containsExactly("ManifestMisnamed");
        }
        assertThat(judge(Map.of("main.py", MAIN, "lib/skill.yml", "")).passed()).isPresent();
    }

    @Test
    void aDescriptorIsKeptAsItCame() throws IOException {
        String yaml = "# mine\nname: echo\n";
        assertThat(stored(judge(Map.of("main.py", MAIN, "skill.yaml", yaml))).get("skill.yaml")).isEqualTo(yaml);
    }

    @Test
    void everythingWrongIsSaidTogether() throws IOException {
        report = SourceReport.refusal("py.exec", "no");
        Judgement judgement = judge(Map.of("main.py", MAIN, "skill.yaml", "name: other\n", ".weir/x", "", "a", "",
                "requirements.txt", "six"));
        assertThat(judgement.passed()).isEmpty();
        assertThat(judgement.findings()).extracting(Finding::rule).containsExactly("package.reserved-name",
                "ManifestNameDiffers", "py.exec");
        assertThat(work.resolve("dependencies")).as("nothing is fetched for what is refused anyway").doesNotExist();
    }

    @Test
    void warningsRefuseNothing() throws IOException {
        Finding doubt = new Finding("py.doubtful", "warning", "main.py", 3, "hm");
        report = new SourceReport(List.of(doubt), Optional.empty());
        Judgement judgement = judge(Map.of("main.py", MAIN));
        assertThat(judgement.findings()).containsExactly(doubt);
        assertThat(judgement.passed()).isPresent();
    }

    @Test
    void dependenciesThatCannotBeHadRefuseThePackage() throws IOException {
        bundle = new Bundle(List.of(), List.of(new Finding("deps.unresolved", "error", "requirements.txt", 1, "no")));
        assertThat(judge(Map.of("main.py", MAIN, "requirements.txt", "nothing==9")).findings())
                .extracting(Finding::rule).containsExactly("deps.unresolved");
        bundle = new Bundle(List.of(SIX), List.of());
        wheels = Map.of("Six.py", "", "six.py", "");
        Judgement judgement = judge(Map.of("main.py", MAIN, "requirements.txt", "six"));
        assertThat(judgement.passed()).isEmpty();
        assertThat(judgement.findings()).extracting(Finding::rule).containsExactly("deps.unsafe");
    }

    @Test
    void whatIsNoSoundArchiveIsNotEvenUnpacked() throws IOException {
        for (byte[] bytes : List.of(new byte[0], "PK".getBytes(StandardCharsets.UTF_8), zip(Map.of("../x", "")))) {
            Judgement judgement = judge(bytes);
            assertThat(judgement.passed()).isEmpty();
            assertThat(judgement.findings()).isNotEmpty().allMatch(Finding::refuses)
                    .allMatch(finding -> finding.rule().startsWith("Zip"));
            assertThat(work).isEmptyDirectory();
        }
        assertThat(inspected).isEmpty();
    }

    @Test
    void programsOfDependenciesStayProgramsAndThoseOfUploadsDoNot() throws IOException {
        wheels = Map.of("six.py", "x = 1", "bin/tool", "#!/bin/sh\n");
        Judgement judgement = judge(Map.of("main.py", "#!/usr/bin/python3\n", "requirements.txt", "six"));
        Map<String, Integer> modes = new TreeMap<>();
        try (ZipFile zip = ZipFile.builder().setPath(judgement.passed().orElseThrow().archive()).get()) {
            zip.getEntries().asIterator().forEachRemaining(entry -> modes.put(entry.getName(), entry.getUnixMode()));
        }
        assertThat(modes).containsExactly(Map.entry(".weir/dependencies/bin/tool", 0100755),
                Map.entry(".weir/dependencies/six.py", 0100644), Map.entry("main.py", 0100644),
                Map.entry("requirements.txt", 0100644), Map.entry("skill.yaml", 0100644));
    }

    @Test
    void largeFilesOfBothKindsArriveAsTheyAre() throws IOException {
        String large = "0123456789abcdef".repeat(350_000);
        wheels = Map.of("six.py", "x = 1", "six.dat", large);
        Map<String, String> stored = stored(judge(Map.of("main.py", MAIN, "large.txt", large, "requirements.txt",
                "six")));
        assertThat(stored.get("large.txt").equals(large)).isTrue();
        assertThat(stored.get(".weir/dependencies/six.dat").equals(large)).isTrue();
    }

    @Test
    void aPortThatDoesNotAnswerFailsTheTurnAndRefusesNothing() {
        patience = Duration.ofMillis(20);
        silent = true;
        assertThatThrownBy(() -> judge(Map.of("main.py", MAIN, "requirements.txt", "six")))
                .isInstanceOf(IOException.class).hasMessage("bundling did not answer in time");
        SourceCheck never = (_, _) -> Promise.<SourceReport>promise().future();
        assertThatThrownBy(() -> {
            Path upload = Files.write(directory.resolve("upload"), zip(Map.of("main.py", MAIN)));
            new PackageValidator(never, this::bundle, Target.THIS_MACHINE, patience).judge(upload, subject,
                    Files.createDirectory(directory.resolve("never")));
        }).isInstanceOf(IOException.class).hasMessage("the check of the source did not answer in time");
    }

    @Test
    void propertiesThatNoToolMayHaveAreAWarning() throws IOException {
        for (String fine : List.of("{a: {}, B_9.x-y: {}}", "{deep: {properties: {my field: {}}}}", "{" + "a".repeat(64)
                + ": {}}")) {
            assertThat(withProperties(fine).findings()).isEmpty();
        }
        for (String bad : List.of("{fine: {}, my field: {}}", "{\"\": {}}", "{\u00e9: {}}", "{" + "a".repeat(65)
                + ": {}}")) {
            Judgement judgement = withProperties(bad);
            assertThat(judgement.passed()).isPresent();
            assertThat(judgement.findings()).singleElement().satisfies(finding -> {
                assertThat(finding.rule()).isEqualTo("tool.property-name");
                assertThat(finding.severity()).isEqualTo("warning");
                assertThat(finding.file()).isEqualTo("skill.yaml");
                assertThat(finding.message()).contains("not be offered as a tool", "and 1 are not");
            });
        }
        subject = new Subject("echo", "", Optional.of("{\"properties\":{\"a b\":{}}}"), Optional.empty());
        assertThat(judge(Map.of("main.py", MAIN)).findings()).as("wherever the schema is from")
                .extracting(Finding::rule).containsExactly("tool.property-name");
    }

    private Judgement withProperties(String properties) throws IOException {
        return judge(Map.of("main.py", MAIN, "skill.yaml", "name: echo\ninput_schema:\n  type: object\n  properties: "
                + properties + "\n"));
    }

    @Test
    void modulesThatAreThereTwiceAreWarnings() throws IOException {
        wheels = Map.of("json/__init__.py", "", "typing.py", "", "main.py", "", "six.cpython-313-x86_64-linux-gnu.so",
                "", "six-1.0.dist-info/RECORD", "", "shared/part.py", "", "mine/__init__.py", "", "bin/json", "",
                "random", "");
        Judgement judgement = judge(Map.of("main.py", MAIN, "requirements.txt", "six", "shared/other.py", "",
                "mine/data.txt", "", "lib/six.py", "", "requests/__init__.py", ""));
        assertThat(judgement.passed()).isPresent();
        assertThat(judgement.findings()).allSatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo("deps.shadows");
            assertThat(finding.severity()).isEqualTo("warning");
            assertThat(finding.file()).isEqualTo("requirements.txt");
        }).extracting(finding -> finding.message().replaceAll(";.*", "")).containsExactly(
                "'json' of a dependency is also a module of Python's own library",
                "'main' of a dependency is also a module of the skill itself",
                "'mine' of a dependency is also a module of the skill itself",
                "'typing' of a dependency is also a module of Python's own library");
    }

    @Test
    void aNameThatThisMachineCannotHaveIsAFinding() throws Exception {
        assumeThat(File.separator).as("a Unix, whose file names are in the locale's encoding").isEqualTo("/");
        assumeThat(System.getProperty("os.name")).as("not macOS, whose file names are always Unicode")
                .doesNotStartWith("Mac");
        Path out = directory.resolve("out");
        ProcessBuilder java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), InTheCLocale.class.getName(),
                directory.toString()).redirectErrorStream(true).redirectOutput(out.toFile());
        java.environment().put("LC_ALL", "C");
        Process process = java.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(out).content().endsWith("ZipIllegalName error 10 false\n");
    }

    /** Judges a package with one file beyond ASCII, in a process of its own: a JVM asks for its locale once. */
    static final class InTheCLocale {
        private InTheCLocale() {}

        public static void main(String[] args) throws IOException {
            PackageValidatorTest test = new PackageValidatorTest();
            test.directory = Path.of(args[0]);
            Judgement judgement = test.judge(Map.of("main.py", MAIN, "lib/\u00e9t\u00e9.py", ""));
            judgement.findings().forEach(finding -> System.out.println(finding.rule() + " " + finding.severity() + " "
                    + finding.file().length() + " " + judgement.passed().isPresent()));
        }
    }

    private PackageMetadata passed(Map<String, String> files) throws IOException {
        return judge(files).passed().orElseThrow().metadata();
    }

    private Judgement judge(Map<String, String> files) throws IOException {
        return judge(zip(files));
    }

    private Judgement judge(byte[] archive) throws IOException {
        work = Files.createTempDirectory(directory, "work");
        Path upload = Files.write(Files.createTempFile(directory, "upload", ""), archive);
        return new PackageValidator(this::inspect, this::bundle, Target.THIS_MACHINE, patience)
                .judge(upload, subject, work);
    }

    private Future<SourceReport> inspect(Path code, String handler) {
        try (var files = Files.walk(code)) {
            inspected.add(handler + " " + String.join(" ", files.filter(Files::isRegularFile)
                    .map(file -> code.relativize(file).toString()).sorted().toList()));
            return Future.succeededFuture(report);
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<Bundle> bundle(Path requirements, Path into, Target target) {
        try {
            Files.createDirectories(into);
            if (bundle.isUsable()) {
                for (Map.Entry<String, String> each : wheels.entrySet()) {
                    Path file = into.resolve(each.getKey());
                    Files.createDirectories(file.getParent());
                    Files.writeString(file, each.getValue());
                    if (each.getValue().startsWith("#!")) {
                        assertThat(file.toFile().setExecutable(true)).isTrue();
                    }
                }
            }
            if (silent) {
                return Promise.<Bundle>promise().future();
            }
            return Future.succeededFuture(bundle);
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    private static Map<String, String> stored(Judgement judgement) throws IOException {
        byte[] bytes = Files.readAllBytes(judgement.passed().orElseThrow().archive());
        StrictZip zip = ((StrictZip.Reading.Sound) StrictZip.read(ByteBuffer.wrap(bytes), ZipLimits.PACKAGE)).zip();
        Map<String, String> files = new TreeMap<>();
        zip.entries().forEach(entry -> files.put(entry.name(),
                new String(zip.content(entry.name()).orElseThrow(), StandardCharsets.UTF_8)));
        return files;
    }

    private static byte[] zip(Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.length);
                java.util.zip.CRC32 crc = new java.util.zip.CRC32();
                crc.update(content);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(content);
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}

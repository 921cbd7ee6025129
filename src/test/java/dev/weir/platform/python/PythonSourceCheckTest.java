package dev.weir.platform.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.feature.skill.Finding;
import dev.weir.feature.skill.HandlerShape;
import dev.weir.feature.skill.SourceReport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonSourceCheckTest {
    private static final String MAIN = "def handler(input):\n    return input\n";

    @TempDir
    Path scratch;

    @TempDir
    Path code;

    @BeforeAll
    static void python() throws IOException, InterruptedException {
        boolean found;
        try {
            found = new ProcessBuilder("python3", "--version").redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException absent) {
            found = false;
        }
        assumeTrue(found, "python3 is not installed here");
    }

    private SourceReport inspect(ScanPolicy policy, ScanLimits limits) {
        return new PythonSourceCheck("python3", scratch, policy, limits, Runnable::run).inspect(code, "main:handler")
                .result();
    }

    private SourceReport inspect() {
        return inspect(ScanPolicy.usual(), ScanLimits.usual());
    }

    private void write(String file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(String file, byte[] bytes) throws IOException {
        Path path = code.resolve(file);
        Files.createDirectories(path.getParent());
        Files.write(path, bytes);
    }

    private static List<Finding> of(SourceReport report, String file) {
        return report.findings().stream().filter(finding -> finding.file().equals(file)).toList();
    }

    private static ScanLimits limits(Duration wall, int cpu, int fileBytes, int findings) {
        return new ScanLimits(wall, cpu, 1536L << 20, 8 << 20, fileBytes, findings, 2);
    }

    /** One source of the table: {@code ### accept|refuse rule|warn rule name}, then the source. */
    private record Case(String verdict, String rule, String name, String source) {
        static List<Case> all() throws IOException {
            try (InputStream text = PythonSourceCheckTest.class.getResourceAsStream("cases.txt")) {
                return Arrays.stream(new String(text.readAllBytes(), StandardCharsets.UTF_8).split("### "))
                        .skip(1).map(Case::read).toList();
            }
        }

        private static Case read(String text) {
            String head = text.substring(0, text.indexOf('\n'));
            String source = text.substring(text.indexOf('\n') + 1);
            String[] words = head.split(" ", 3);
            return words[0].equals("accept")
                    ? new Case("accept", "", head, source)
                    : new Case(words[0], words[1], words[2], source);
        }
    }

    @Test
    void judgesEverySourceOfTheTable() throws IOException {
        List<Case> cases = Case.all();
        write("main.py", MAIN);
        write("helper_alias.py", "import os as q\n");
        write("helper_plain.py", "def add(a, b): return a + b\n");
        for (int n = 0; n < cases.size(); n++) {
            write("case_" + n + ".py", cases.get(n).source());
        }
        SourceReport report = inspect(ScanPolicy.usual(), limits(Duration.ofSeconds(90), 60, 1 << 20, 5000));
        assertThat(cases).hasSizeGreaterThan(150);
        SoftAssertions all = new SoftAssertions();
        for (int n = 0; n < cases.size(); n++) {
            Case each = cases.get(n);
            List<Finding> findings = of(report, "case_" + n + ".py");
            if (each.verdict().equals("accept")) {
                all.assertThat(findings).as(each.name()).isEmpty();
            } else {
                String severity = each.verdict().equals("warn") ? "warning" : "error";
                all.assertThat(findings).as(each.name()).anySatisfy(finding -> {
                    assertThat(finding.rule()).isEqualTo(each.rule());
                    assertThat(finding.severity()).isEqualTo(severity);
                    assertThat(finding.line()).isPositive();
                    assertThat(finding.message()).isNotBlank();
                });
            }
        }
        all.assertAll();
    }

    @Test
    void readsBytesAsTheCompilerDoes() throws IOException {
        write("main.py", "\ufeff" + MAIN.replace("\n", "\r\n"));
        write("latin.py", "# -*- coding: latin-1 -*-\na = '\u00e9'\n".getBytes(StandardCharsets.ISO_8859_1));
        write("ascii.py", "#!/usr/bin/env python3\n# vim: set fileencoding=ascii :\na = 1\n");
        write("feed_alone.py", "a = 1\n\f\nb = 2\n");
        List<String> deceptive = List.of("utf7.py", "escape.py", "raw.py", "second.py", "feed.py", "cr.py", "far.py",
                "nul.py", "turned.py");
        write("utf7.py", "# coding: utf-7\na = 1\n");
        write("escape.py", "# -*- coding: unicode_escape -*-\n# \\nimport os\n");
        write("raw.py", "#coding=raw_unicode_escape\na = 1\n");
        write("second.py", "#!/usr/bin/python\n# coding: rot13\na = 1\n");
        write("feed.py", "a = 1\n    \fb = 2\n".replace("    ", ""));
        write("cr.py", "# a comment\rimport json\n");
        write("far.py", "a = 1;" + " ".repeat(400) + "b = 2\n");
        write("nul.py", "a = 1\n\0b = 2\n");
        write("turned.py", "a = 'x\u202e'\n");
        SourceReport report = inspect();
        assertThat(List.of("main.py", "latin.py", "ascii.py", "feed_alone.py"))
                .allSatisfy(file -> assertThat(of(report, file)).isEmpty());
        assertThat(deceptive).allSatisfy(file -> assertThat(of(report, file)).extracting(Finding::rule)
                .as(file).contains("py.deceptive-source"));
        assertThat(of(report, "far.py").getFirst().line()).isEqualTo(1);
        assertThat(of(report, "nul.py").getFirst().line()).isEqualTo(2);
    }

    @Test
    void coversEveryFileOfThePackage() throws IOException {
        write("main.py", MAIN);
        write("a/b/c/deep.py", "import os\n\nos.system('id')\n");
        List<String> forbidden = List.of("a/__pycache__/x.cpython-311.pyc", "lib/native.so", "lib/native.so.1", "x.pth",
                "sitecustomize.py", "a/usercustomize.py");
        for (String file : forbidden) {
            write(file, "");
        }
        write("json.py", "");
        write("readme.txt", "eval(");
        SourceReport report = inspect();
        assertThat(of(report, "a/b/c/deep.py")).extracting(Finding::line).containsExactly(3);
        assertThat(forbidden).allSatisfy(file -> assertThat(of(report, file)).extracting(Finding::rule)
                .containsExactly("package.forbidden-file"));
        assertThat(of(report, "json.py")).extracting(Finding::severity).containsExactly("warning");
        assertThat(of(report, "readme.txt")).isEmpty();
    }

    @Test
    void parserBombsAreRefusedAndDoNotSpoilTheRest() throws IOException {
        write("main.py", MAIN);
        write("bomb_parens.py", "a = " + "(".repeat(5_000) + ")".repeat(5_000));
        write("bomb_minus.py", "a = " + "-".repeat(60_000) + "1");
        write("bomb_plus.py", "a = 1" + " + 1".repeat(60_000));
        write("bomb_dots.py", "a = b" + ".c".repeat(60_000));
        write("bomb_alias.py", "a0 = b\n" + aliases(3_000));
        write("huge.py", new byte[5 << 20]);
        write("long_but_fine.py", "a = 'x'" + " + 'x'".repeat(400) + "\n");
        write("zz.py", "eval('1')\n");
        SourceReport report = inspect();
        assertThat(List.of("bomb_parens.py", "bomb_minus.py", "bomb_plus.py", "bomb_dots.py", "huge.py"))
                .allSatisfy(file -> assertThat(of(report, file)).as(file).extracting(Finding::rule)
                        .containsAnyOf("scan.incomplete", "py.syntax"));
        assertThat(of(report, "long_but_fine.py")).isEmpty();
        assertThat(of(report, "zz.py")).extracting(Finding::rule).containsExactly("py.exec");
    }

    private static String aliases(int count) {
        StringBuilder text = new StringBuilder();
        for (int n = 1; n < count; n++) {
            text.append("a").append(n).append(" = a").append(n - 1).append(" or a").append((n + 1) % count)
                    .append('\n');
        }
        return text.toString();
    }

    @Test
    void manyModulesAndManyFindingsAreBounded() throws IOException {
        write("main.py", MAIN);
        for (int n = 0; n < 5_000; n++) {
            write("m" + n % 50 + "/m" + n + ".py", "import json\n\nVALUE = " + n + "\n");
        }
        assertThat(inspect().findings()).isEmpty();
        write("bad.py", "eval('1')\n".repeat(500));
        SourceReport report = inspect();
        assertThat(report.findings()).hasSize(201);
        assertThat(report.findings().getLast().rule()).isEqualTo("scan.too-many-findings");
    }

    @Test
    void whatCannotBeFinishedIsRefused() throws IOException {
        write("main.py", MAIN + "a = [1, 2, 3]\n".repeat(50_000));
        List<SourceReport> reports = new ArrayList<>();
        reports.add(inspect(ScanPolicy.usual(), limits(Duration.ofMillis(1), 60, 4 << 20, 200)));
        reports.add(inspect(ScanPolicy.usual(), limits(Duration.ofSeconds(60), 0, 4 << 20, 200)));
        reports.add(inspect(ScanPolicy.usual(),
                new ScanLimits(Duration.ofSeconds(60), 60, 32 << 20, 1 << 20, 4 << 20, 200, 1)));
        reports.add(inspect(ScanPolicy.usual(),
                new ScanLimits(Duration.ofSeconds(60), 60, 1536L << 20, 10, 4 << 20, 200, 1)));
        assertThat(reports).allSatisfy(report -> {
            assertThat(report.refused()).isTrue();
            assertThat(report.findings()).extracting(Finding::rule).containsExactly("scan.incomplete");
        });
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void withoutPythonAnUploadIsRefusedClearly() {
        SourceReport report = new PythonSourceCheck("no-such-python", scratch, ScanPolicy.usual(), ScanLimits.usual(),
                Runnable::run).inspect(code, "main:handler").result();
        assertThat(report.refused()).isTrue();
        assertThat(report.findings()).extracting(Finding::rule).containsExactly("scan.no-python");
    }

    @Test
    void anOperatorSetsSeverities() throws IOException {
        write("main.py", MAIN + "import pickle\neval('1')\n");
        SourceReport report = inspect(ScanPolicy.of(Map.of("py.deserialise", "off", "py.exec", "warn")),
                ScanLimits.usual());
        assertThat(report.findings()).extracting(Finding::rule).containsExactly("py.exec");
        assertThat(report.refused()).isFalse();
        assertThatThrownBy(() -> ScanPolicy.of(Map.of("scan.incomplete", "off")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ScanPolicy.of(Map.of("py.nothing", "off")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingOfThePackageIsExecuted() throws IOException {
        Path trace = scratch.resolve("ran");
        String bomb = "open(" + "'" + trace + "', 'w').close()\n";
        write("main.py", bomb + MAIN);
        write("ast.py", bomb);
        write("scan_rules.py", bomb);
        write("json/__init__.py", bomb);
        inspect();
        assertThat(trace).doesNotExist();
    }

    @Test
    void describesTheHandler() throws IOException {
        write("main.py", """
                from typing import AsyncIterator, Literal, NotRequired, Optional, TypedDict

                class Order(TypedDict):
                    name: str
                    count: NotRequired[int]
                    tags: list[str]
                    size: Optional[Literal["s", "m"]]

                async def handler(input: "Order") -> AsyncIterator[str]:
                    '''Orders things.'''
                    yield "x"
                """);
        SourceReport report = inspect();
        HandlerShape shape = report.handler().orElseThrow();
        assertThat(report.findings()).isEmpty();
        assertThat(shape.kind()).isEqualTo(HandlerShape.Kind.ASYNC_GENERATOR);
        assertThat(shape.line()).isEqualTo(9);
        assertThat(shape.parameters()).isEqualTo(1);
        assertThat(shape.docstring()).contains("Orders things.");
        assertThat(shape.outputSchema()).isEmpty();
        assertThat(shape.inputSchema()).hasValue("{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},"
                + "\"count\":{\"type\":\"integer\"},\"tags\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
                + "\"size\":{\"anyOf\":[{\"enum\":[\"s\",\"m\"]},{\"type\":\"null\"}]}},"
                + "\"required\":[\"name\",\"tags\",\"size\"]}");
    }

    @Test
    void aMissingOrImpossibleHandlerIsAFinding() throws IOException {
        Map<String, String> rules = Map.of(
                "def other(x): pass\n", "handler.missing",
                "handler = 3\n", "handler.missing",
                "def handler(): pass\n", "handler.parameters",
                "def handler(a, b): pass\n", "handler.parameters",
                "def handler(a, *, b): pass\n", "handler.parameters");
        for (Map.Entry<String, String> each : rules.entrySet()) {
            write("main.py", each.getKey());
            assertThat(inspect().findings()).as(each.getKey()).extracting(Finding::rule)
                    .containsExactly(each.getValue());
        }
        write("main.py", "def handler(a, b=1, *rest, c=2, **more): return a\n");
        assertThat(inspect().findings()).isEmpty();
        Files.delete(code.resolve("main.py"));
        assertThat(inspect().findings()).extracting(Finding::rule).containsExactly("handler.missing");
    }
}

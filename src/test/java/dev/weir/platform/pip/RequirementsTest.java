package dev.weir.platform.pip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.skill.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequirementsTest {
    private static final String HASH = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @ValueSource(strings = {"requests", "requests==2.32.3", "Requests >= 2, < 3", "a.b_c~=1.0", "x!=1.*",
        "uvicorn[standard]==0.30", "x[a, b] (>=1,<2)", "x===1.0+local", "six # a comment", "x==1!2.0",
        "x; python_version < '3.12'", "x>=1 ; sys_platform == \"linux\" and (os_name != 'nt' or extra == 'y')",
        "x; 'linux' in sys_platform", "x; platform_machine not in 'arm64 aarch64'"})
    void whatPep508NamesIsAccepted(String line) {
        Requirements read = Requirements.parse(line);
        assertThat(read.findings()).isEmpty();
        assertThat(read.accepted()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {"https://x.example/a.whl~deps.url", "x @ https://x.example/a.whl~deps.url",
        "file:///etc/passwd~deps.url", "x@file:/etc/passwd~deps.url", "./a~deps.path", "../a~deps.path",
        "/abs/a~deps.path", "dir/a~deps.path", "C:\\a~deps.path", ".~deps.path", "a.whl~deps.path",
        "a.tar.gz~deps.path", "git+https://x.example/r~deps.vcs", "x @ git+ssh://x.example/r~deps.vcs",
        "-r other.txt~deps.option", "-c c.txt~deps.option", "-e .~deps.option", "-f /x~deps.option",
        "--requirement=x~deps.option", "--index-url=x~deps.option", "--extra-index-url x~deps.option",
        "--no-binary :all:~deps.option", "--pre~deps.option", "--trusted-host x~deps.option",
        "x --global-option=y~deps.option", "x --config-settings=a=b~deps.option", "x==${VERSION}~deps.env-variable",
        "${NAME}~deps.env-variable", "x==1 --hash=md5:00~deps.hash", "x==1 --hash=sha256:12~deps.hash",
        "x; import os~deps.marker", "x; python_version~deps.marker", "x; (os_name == 'a'~deps.marker",
        "x; os_name == 'a' or~deps.marker", "x y~deps.syntax", "==1~deps.syntax", "x=1~deps.syntax",
        "x==~deps.syntax", "x[a~deps.syntax", "p\u00e4ck~deps.syntax", "-x~deps.option"})
    void whatReachesOutsideIsRefusedByItsLine(String line, String rule) {
        Requirements read = Requirements.parse("# first\n\n" + line + "\nfine==1\n");
        assertThat(read.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo(rule);
            assertThat(finding.line()).isEqualTo(3);
            assertThat(finding.file()).isEqualTo("requirements.txt");
            assertThat(finding.severity()).isEqualTo("error");
        });
        assertThat(read.accepted()).hasSize(1);
    }

    @Test
    void everyRefusedLineIsNamed() {
        assertThat(Requirements.parse("-e .\nok\nhttps://x.example\n").findings()).extracting(Finding::line)
                .containsExactly(1, 3);
    }

    @Test
    void hashesAndContinuationsAreRead() {
        Requirements read = Requirements
                .parse("\uFEFFMy.Pkg==1.0 \\\n    --hash=sha256:" + HASH + " \\\n    --hash=sha256:"
                        + HASH.toUpperCase(java.util.Locale.ROOT) + "\nother\n");
        assertThat(read.findings()).isEmpty();
        assertThat(read.accepted().getFirst().name()).isEqualTo("my-pkg");
        assertThat(read.accepted().getFirst().text()).isEqualTo("My.Pkg==1.0");
        assertThat(read.accepted().getFirst().sha256()).containsExactly(HASH, HASH);
        assertThat(read.accepted().getLast().line()).isEqualTo("other");
    }

    @Test
    void aContinuationIsNamedByItsFirstLineAndCannotHideAnOption() {
        assertThat(Requirements.parse("ok\nx==1 \\\n--index-url=http://x\n").findings()).singleElement()
                .satisfies(finding -> assertThat(finding.line()).isEqualTo(2));
    }

    @Test
    void moreThanTwoHundredLinesAreRefused() {
        assertThat(Requirements.parse("x\n".repeat(200)).findings()).isEmpty();
        assertThat(Requirements.parse("x\n".repeat(201)).findings()).extracting(Finding::rule)
                .containsExactly("deps.too-many-lines");
    }

    @ParameterizedTest
    @ValueSource(strings = {",==1", ", ~=1.0", " ,  ===1"})
    void manyVersionsAreReadWithoutRecursion(String more) {
        String line = "foo==1" + more.repeat(4000 / more.length());
        assertThat(Requirements.parse(line).findings()).isEmpty();
        assertThat(Requirements.parse(line + ",").findings()).extracting(Finding::rule).containsExactly("deps.syntax");
        assertThat(Requirements.parse(line.replaceFirst("==1", "(==1") + ")").findings()).isEmpty();
    }

    @Test
    void manyExtrasAreReadWithoutRecursion() {
        assertThat(Requirements.parse("foo[a" + ",a".repeat(2000) + "]").findings()).isEmpty();
        assertThat(Requirements.parse("foo[a" + " , a".repeat(1000) + "]").findings()).isEmpty();
        assertThat(Requirements.parse("foo[a" + ",a".repeat(2000)).findings()).extracting(Finding::rule)
                .containsExactly("deps.syntax");
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo%s!", "foo[%s!", "foo[]%s!", "foo ==%s!", "foo (==1%s!", "foo ==1%s,%s!", "foo;%s!",
        "foo; os_name%s!", "foo @%s!", "a%s@%s!", "a%s.%s!", "a --hash%s=!", "%s@!"})
    void manyBlanksTakeNoTime(String form) {
        for (String blank : new String[]{" ", "\t", " \t"}) {
            String line = form.replace("%s", blank.repeat(1990 / blank.length()));
            String hostile = (line + "\n").repeat(16);
            assertThat(Requirements.parse(hostile).findings()).hasSize(16);
        }
    }

    @Test
    void longLinesAndNestedMarkersTakeNoTime() {
        assertThat(Requirements.parse("x".repeat(10_000)).findings()).hasSize(1);
        assertThat(Requirements.parse("x; " + "(".repeat(2000) + "os_name=='a'").findings()).hasSize(1);
        assertThat(Requirements.parse("a" + "-".repeat(4000) + "!").findings()).hasSize(1);
    }
}

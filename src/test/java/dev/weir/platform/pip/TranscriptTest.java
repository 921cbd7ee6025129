package dev.weir.platform.pip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.skill.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TranscriptTest {
    private static final Transcript PRIVATE = new Transcript(List.of("/srv/tmp", ""),
            List.of("https://me:secret@Pypi.Corp.example:8443/repository/hidden/simple/", ""));

    @TempDir
    private Path directory;

    @Test
    void whatIsShownHasNoCredentials() {
        assertThat(PRIVATE.clean(
                "WARNING: x\nfrom https://me:other@x.example/simple?sig=abc not\n/srv/tmp/1 \u001b[1mx"))
                .isEqualTo("from https://x.example/simple not\n.../1 [1mx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://me:secret@Pypi.Corp.example:8443/repository/hidden/simple/",
        "https://pypi.corp.example:8443/repository/hidden/simple/x/", "https://pypi.corp.example/files/x-1.whl",
        "https://me:****@pypi.corp.example:8443/repository/hidden/simple", "host='pypi.corp.example', port=8443",
        "PYPI.CORP.EXAMPLE:8443", "url: /repository/hidden/simple/x/", "401 for me:secret at (pypi.corp.example)"})
    void theIndexIsNobodysBusiness(String said) {
        assertThat(PRIVATE.clean("cannot reach " + said + " now").toLowerCase(java.util.Locale.ROOT))
                .startsWith("cannot reach").endsWith(" now").contains("the index")
                .doesNotContain("corp", "hidden", "secret");
    }

    @Test
    void otherPlacesAreNamed() {
        assertThat(PRIVATE.clean("see https://docs.example/x")).isEqualTo("see https://docs.example/x");
    }

    @Test
    void halfALineAtTheBeginningOfTheTailIsNotShown() throws IOException {
        Path log = Files.writeString(directory.resolve("log"), "https://you:" + "s".repeat(9000)
                + "@x.example/\nERROR: no\n");
        assertThat(PRIVATE.finding(log).message()).endsWith("ERROR: no").doesNotContain("sss");
        Files.writeString(log, "s".repeat(9000));
        assertThat(PRIVATE.finding(log).message()).doesNotContain("sss");
    }

    @Test
    void aUrlIsNamedOnlyByOurProgram() throws IOException {
        Path log = Files.writeString(directory.resolve("log"), "x\nWEIR-REFUSED-URL evil\n");
        Finding finding = PRIVATE.finding(log);
        assertThat(finding.rule()).isEqualTo("deps.url");
        assertThat(finding.message()).contains("'evil'");
        Files.writeString(log, "said: WEIR-REFUSED-URL <b>\n");
        assertThat(PRIVATE.finding(log).rule()).isEqualTo("deps.unresolved");
    }
}

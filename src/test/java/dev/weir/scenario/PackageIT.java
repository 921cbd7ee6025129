package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.fixture.Api;
import dev.weir.fixture.Digests;
import dev.weir.fixture.GatewayProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Packages that must not be run, and URLs that must not be taken. That a URL expires is tested where the clock can be moved. */
class PackageIT {
    private static final String STAGE = "/v1/skills/packages/stages/prod";
    private static final int LINK = 0120777;
    private static final int FILE = 0100644;

    @TempDir
    private static Path directory;

    private static GatewayProcess gateway;
    private static Api api;

    @BeforeAll
    static void start() {
        gateway = new GatewayProcess(directory.resolve("data"), "server.limits.max-package-bytes=1MiB").start();
        api = gateway.api();
        api.post("/v1/skills", "{\"name\":\"packages\"}").expect(201);
        api.send("PUT", STAGE, BodyPublishers.ofString("{}")).expect(200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static byte[] zip(String name, int mode, int size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
            for (String entry : new String[]{"main.py", name}) {
                ZipArchiveEntry one = new ZipArchiveEntry(entry);
                one.setUnixMode(entry.equals(name) ? mode : FILE);
                zip.putArchiveEntry(one);
                zip.write(new byte[entry.equals(name) ? size : 0]);
                zip.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    static Stream<Arguments> bad() throws IOException {
        return Stream.of(Arguments.of("ZipPathEscape", zip("../../escaped.py", FILE, 1)),
                Arguments.of("ZipPathEscape", zip("a/../../escaped.py", FILE, 1)),
                Arguments.of("ZipAbsolutePath", zip("/etc/escaped.py", FILE, 1)),
                Arguments.of("ZipSymlinkNotAllowed", zip("link", LINK, 11)),
                Arguments.of("ZipDuplicateName", zip("MAIN.py", FILE, 1)),
                Arguments.of("ZipDecompressedTooLarge", zip("bomb", FILE, 251 * 1024 * 1024)),
                Arguments.of("ZipMalformed", "not a zip".getBytes(StandardCharsets.UTF_8)),
                Arguments.of("ZipMalformed", new byte[0]));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void theUploadIsRejectedWithTheFinding(String rule, byte[] zip) {
        JsonNode upload = api.upload(STAGE, zip);
        assertThat(upload.path("status").asText()).isEqualTo("rejected");
        assertThat(upload.path("findings")).extracting(finding -> finding.path("rule").asText()).contains(rule);
        String confirm = "{\"upload_id\":\"" + upload.path("upload_id").asText() + "\",\"version\":\"1.0.0\"}";
        assertThat(api.post(STAGE + "/deployments", confirm).status()).isEqualTo(409);
    }

    private static JsonNode announced() {
        return api.send("POST", STAGE + "/uploads", BodyPublishers.noBody()).expect(201);
    }

    private static int put(String url, byte[] bytes) {
        return api.send("PUT", url, BodyPublishers.ofByteArray(bytes), "Content-Type", "application/zip").status();
    }

    @Test
    void aPackageThatIsTooLargeIsRefused() {
        JsonNode upload = announced();
        assertThat(put(upload.path("url").asText(), new byte[(1 << 20) + 1])).isEqualTo(413);
        String where = STAGE + "/uploads/" + upload.path("upload_id").asText();
        assertThat(api.get(where).expect(200).path("status").asText()).isNotEqualTo("ready_to_deploy");
    }

    @Test
    void whatWasDeclaredIsEnforced() {
        byte[] good = Api.zip("def handler(input): return 1");
        String wrong = "{\"size_bytes\":" + good.length + ",\"sha256\":\"" + "ab".repeat(32) + "\"}";
        String url = api.post(STAGE + "/uploads", wrong).expect(201).path("url").asText();
        assertThat(put(url, good)).as("another digest").isEqualTo(400);
        assertThat(put(url, new byte[good.length + 1])).as("too long").isEqualTo(413);
        assertThat(put(url, new byte[good.length - 1])).as("too short").isEqualTo(400);
        String right = "{\"size_bytes\":" + good.length + ",\"sha256\":\"" + Digests.sha256(good) + "\"}";
        JsonNode announced = api.post(STAGE + "/uploads", right).expect(201);
        assertThat(put(url, good)).as("superseded").isEqualTo(409);
        assertThat(put(announced.path("url").asText(), good)).isEqualTo(204);
        assertThat(api.post(STAGE + "/uploads", "{\"size\":1}").status()).isEqualTo(400);
        assertThat(api.post(STAGE + "/uploads", "{\"size_bytes\":2000000000}").status()).isEqualTo(413);
    }

    @Test
    void aUrlIsGoodForWhatItWasSignedForOnly() {
        String other = announced().path("upload_id").asText();
        String url = announced().path("url").asText();
        byte[] good = Api.zip("def handler(input): return 1");
        assertThat(put(url.replaceFirst("up_?[A-Za-z0-9_-]*\\?|uploads/[^?]*\\?", "uploads/" + other + "?"), good))
                .isEqualTo(403);
        assertThat(put(url + "0", good)).isEqualTo(403);
        assertThat(put(url.substring(0, url.indexOf('?')), good)).isEqualTo(403);
        assertThat(api.send("GET", url, BodyPublishers.noBody()).status()).isIn(403, 404, 405);
        assertThat(put(url, good)).isEqualTo(204);
        assertThat(put(url, good)).as("only once").isEqualTo(409);
    }
}

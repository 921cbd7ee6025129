package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.cli.client.FakeGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a directory to a version, as far as the client's part of it goes. */
class SkillReleaseTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STAGE = "/v1/skills/greeter/stages/dev";
    private static final String DEPLOY = "POST " + STAGE + "/deployments";

    @TempDir
    private Path directory;

    private FakeGateway gateway;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(directory.resolve("main.py"), "def handler(input): return 1\n");
        Files.writeString(directory.resolve("skill.yaml"), "name: greeter\n");
        gateway = new FakeGateway();
        gateway.on("GET /v1/skills/greeter", 200, "{}").on("GET " + STAGE, 200, "{}")
                .on("PUT /storage?signature=s", exchange -> exchange.sendResponseHeaders(200, -1))
                .on("POST " + STAGE + "/uploads", 201, "{\"upload_id\":\"up_1\",\"url\":\"" + gateway.url()
                        + "/storage?signature=s\",\"method\":\"PUT\",\"headers\":{\"Content-Length\":\"5\","
                        + "\"x-amz-meta-a\":\"b\"}}")
                .on("GET " + STAGE + "/deployments?limit=1", 200, "{\"deployments\":[{\"version\":\"1.4.2\"}]}")
                .on(DEPLOY, exchange -> FakeGateway.send(exchange, 201, "application/json", deployed()));
        judged("ready_to_deploy", "\"minor\"", "\"1.5.0\"");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void anUploadIsDeclaredAndTheKeyStaysWithTheGateway() throws Exception {
        ClientRun run = push();
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode declared = JSON.readTree(gateway.asked("POST " + STAGE + "/uploads").getFirst().text());
        FakeGateway.Asked sent = gateway.asked("PUT /storage?signature=s").getFirst();
        assertThat(declared.path("size_bytes").asInt()).isEqualTo(sent.body().remaining()).isPositive();
        assertThat(declared.path("sha256").asText()).isEqualTo(HexFormat.of().formatHex(
                MessageDigest.getInstance("SHA-256").digest(sent.body().array())));
        assertThat(sent.authorization()).isEmpty();
        assertThat(run.out().strip()).isEqualTo(
                "upload up_1 is ready: at least a minor change, next version 1.5.0");
        assertThat(gateway.asked(DEPLOY)).isEmpty();
    }

    @Test
    void theVerdictIsWaitedFor() {
        AtomicInteger looks = new AtomicInteger();
        gateway.on("GET " + STAGE + "/uploads/up_1", exchange -> FakeGateway.send(exchange, 200, "application/json",
                upload(List.of("awaiting_upload", "validating", "validating", "ready_to_deploy")
                        .get(looks.getAndIncrement()), "null", "null", "")));
        assertThat(push().out().strip()).isEqualTo("upload up_1 is ready");
        assertThat(looks).hasValue(4);
    }

    @Test
    void whatTheGatewayProposesIsDeployed() throws IOException {
        ClientRun run = push("--deploy");
        assertThat(run.out().lines()).last().isEqualTo("deployed greeter 1.5.0 to dev");
        assertThat(asked()).isEqualTo(JSON.readTree(
                "{\"upload_id\":\"up_1\",\"version\":\"1.5.0\",\"change_level\":\"minor\"}"));
    }

    @Test
    void moreThanTheLeastIsCountedFromTheNewest() throws IOException {
        push("--deploy", "--level", "major");
        assertThat(asked().path("version").asText()).isEqualTo("2.0.0");
        assertThat(asked().path("change_level").asText()).isEqualTo("major");
        push("--deploy", "--level", "minor");
        assertThat(asked().path("version").asText()).isEqualTo("1.5.0");
        push("--deploy", "--level", "major", "--version", "3.0.0");
        assertThat(asked().path("version").asText()).isEqualTo("3.0.0");
    }

    @Test
    void aFirstDeploymentNeedsNoLevel() throws IOException {
        judged("ready_to_deploy", "null", "null");
        assertThat(push("--deploy").code()).isZero();
        assertThat(asked()).isEqualTo(JSON.readTree("{\"upload_id\":\"up_1\",\"version\":\"1.0.0\"}"));
        push("--deploy", "--version", "0.1.0");
        assertThat(asked()).isEqualTo(JSON.readTree("{\"upload_id\":\"up_1\",\"version\":\"0.1.0\"}"));
        push("--deploy", "--level", "minor");
        assertThat(asked().path("change_level").asText()).isEqualTo("minor");
    }

    @Test
    void lessThanTheLeastIsTheGatewaysToRefuse() throws IOException {
        gateway.on(DEPLOY, 409, "{\"status\":409,\"detail\":\"patch is too low: minor /name: added\"}");
        ClientRun plain = push("--deploy", "--level", "patch");
        assertThat(plain.code()).isEqualTo(5);
        assertThat(plain.err()).contains("patch is too low: minor /name: added");
        assertThat(plain.out()).contains("upload up_1 is ready");
        assertThat(asked().path("version").asText()).isEqualTo("1.4.3");
        ClientRun json = push("--deploy", "--level", "patch", "--json");
        assertThat(json.code()).isEqualTo(5);
        assertThat(json.json().path("upload").path("upload_id").asText()).isEqualTo("up_1");
        assertThat(json.json().path("error").path("detail").asText()).contains("too low");
    }

    @Test
    void findingsAreToldAsCompilersDo() throws IOException {
        gateway.on("GET " + STAGE + "/uploads/up_1", 200, upload("rejected", "null", "null",
                "{\"rule\":\"py.exec\",\"severity\":\"error\",\"file\":\"main.py\",\"line\":3,\"message\":\"no \\u001b[2J\"},"
                        + "{\"rule\":\"r\",\"severity\":\"warning\",\"file\":\"\",\"line\":0,\"message\":\"hm\"}"));
        ClientRun plain = push("--deploy");
        assertThat(plain.code()).isEqualTo(2);
        assertThat(plain.err().lines()).containsExactly("main.py:3: error py.exec: no ?[2J", "warning r: hm");
        assertThat(plain.out().strip()).isEqualTo("upload up_1 was rejected");
        ClientRun json = push("--deploy", "--json");
        assertThat(json.code()).isEqualTo(2);
        assertThat(json.json().path("upload").path("findings").size()).isEqualTo(2);
        assertThat(json.json().path("error").path("detail").asText()).isNotBlank();
        assertThat(gateway.asked(DEPLOY)).isEmpty();
        assertThat(skill("deploy", "greeter", "--upload", "up_1").code()).isEqualTo(5);
    }

    @Test
    void deployTakesUpWhatPushLeft() throws IOException {
        ClientRun run = skill("deploy", "greeter", "--upload", "up_1");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out().lines()).containsExactly(
                "upload up_1 is ready: at least a minor change, next version 1.5.0", "deployed greeter 1.5.0 to dev");
        assertThat(skill("deploy", "greeter", "--upload", "up_1", "--json").json().path("version").asText())
                .isEqualTo("1.5.0");
        assertThat(skill("deploy", "greeter", "--upload", "up_2").code()).isEqualTo(4);
        assertThat(skill("deploy", "greeter", "--upload", "../x").code()).isEqualTo(2);
        judged("awaiting_upload", "null", "null");
        ClientRun empty = skill("deploy", "greeter", "--upload", "up_1");
        assertThat(empty.code()).isEqualTo(5);
        assertThat(empty.err()).contains("nothing was uploaded");
    }

    @Test
    void wrongUsageIsSaidBeforeAnythingIsSent() {
        assertThat(push("--level", "patch").err()).contains("go with --deploy");
        assertThat(push("--deploy", "--level", "huge").code()).isEqualTo(2);
        assertThat(skill("push", directory.resolve("absent").toString()).code()).isEqualTo(2);
        assertThat(gateway.asked()).isEmpty();
    }

    @Test
    void aStorageThatRefusesOrIsNoneIsSaid() {
        gateway.on("PUT /storage?signature=s", exchange -> FakeGateway.send(exchange, 403, "application/xml", "<E/>"));
        ClientRun refused = push();
        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err()).contains(gateway.url() + " answered 403").doesNotContain("signature");
        gateway.on("POST " + STAGE + "/uploads", 201, "{\"upload_id\":\"up_1\",\"url\":\"file:///etc/passwd\"}");
        assertThat(push().code()).isEqualTo(8);
    }

    private void judged(String status, String level, String version) {
        gateway.on("GET " + STAGE + "/uploads/up_1", 200, upload(status, level, version, ""));
    }

    @Test
    void whatChangedIsTold() {
        gateway.on("GET " + STAGE + "/uploads/up_1", 200, "{\"upload_id\":\"up_1\",\"status\":\"ready_to_deploy\","
                + "\"input_schema_changes\":[{\"level\":\"minor\",\"pointer\":\"/properties/a\",\"message\":\"new\"}]}");
        assertThat(push().err().strip()).isEqualTo("minor /properties/a: new");
    }

    private static String upload(String status, String level, String version, String findings) {
        return "{\"upload_id\":\"up_1\",\"status\":\"%s\",\"minimum_change_level\":%s,\"next_version\":%s,\"findings\":[%s]}"
                .formatted(status, level, version, findings);
    }

    private String deployed() throws IOException {
        return "{\"version\":" + asked().path("version") + "}";
    }

    private JsonNode asked() throws IOException {
        return JSON.readTree(gateway.asked(DEPLOY).getLast().text());
    }

    private ClientRun push(String... more) {
        List<String> arguments = new ArrayList<>(List.of("push", directory.toString()));
        arguments.addAll(List.of(more));
        return skill(arguments.toArray(String[]::new));
    }

    private ClientRun skill(String... arguments) {
        List<String> all = new ArrayList<>(List.of("skill"));
        all.addAll(List.of(arguments));
        return ClientRun.of(gateway.url(), all.toArray(String[]::new));
    }
}

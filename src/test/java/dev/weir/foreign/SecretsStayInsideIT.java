package dev.weir.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.emulator.process.EmulatorState;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Canaries go every way that a secret can go; none is found in a log at debug level, in the metrics or in a process list. */
class SecretsStayInsideIT {
    private static final String ENV = "canary-env-7f3a";
    private static final String INPUT = "canary-input-91bc";
    private static final String OUTPUT = "canary-output-d20e";
    private static final String RAISED = "canary-raised-55aa";
    private static final String FORGED = "wk_canaryforgedkey0000000000000000000000000000";
    private static final String STAGE = "/v1/skills/canary/stages/prod";
    private static final String SKILL = """
            import os
            def handler(input):
                assert os.environ["CANARY"].startswith("canary-env")
                print(input["say"], os.environ["CANARY"])
                yield {"echo": input["say"]}
                if input.get("raise"):
                    raise RuntimeError(input["raise"])
                return {"result": input["answer"]}
            """;

    @TempDir
    private Path directory;

    @Test
    void noSecretIsInLogsMetricsOrArguments() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        try (RunningGateway gateway = new RunningGateway(data, "--log-level", "debug")) {
            Map<String, String> secrets = new LinkedHashMap<>(Map.of("a value of the environment", ENV,
                    "an input", INPUT, "an output", OUTPUT, "what a handler raised", RAISED, "a forged key", FORGED));
            secrets.put("the owner's key", gateway.ownerKey());
            EmulatorState emulator = EmulatorState.read(data).orElseThrow();
            secrets.put("the emulator's secret key", emulator.credentials().secretAccessKey().reveal());
            secrets.put("a signature", deploy(gateway));
            secrets.put("a ticket", use(gateway));
            trouble(gateway, secrets.get("a ticket"), secrets.get("a signature"));

            String metrics = gateway.send(HttpRequest.newBuilder(gateway.admin("/metrics"))).body();
            String gatewayLog = Files.readString(gateway.log());
            String emulatorLog = Files.readString(data.resolve("emulator.log"));
            String processes = commandLines();

            assertThat(gatewayLog).as("it is at debug level, and saw the runs").contains("DEBUG", "/v1/runs/{run_id}");
            assertThat(emulatorLog).as("it is at debug level too").contains("DEBUG");
            assertThat(processes).contains("emulate", data.toString());
            secrets.forEach((what, secret) -> {
                assertThat(secret).as(what).hasSizeGreaterThan(12);
                assertThat(gatewayLog.contains(secret)).as("the gateway's log shows %s", what).isFalse();
                assertThat(emulatorLog.contains(secret)).as("the emulator's log shows %s", what).isFalse();
                assertThat(metrics.contains(secret)).as("the metrics show %s", what).isFalse();
                assertThat(processes.contains(secret)).as("a command line shows %s", what).isFalse();
            });
        }
    }

    /** Makes, uploads and confirms the skill; the signature of the upload's URL. */
    private static String deploy(RunningGateway gateway) throws Exception {
        gateway.call(201, "POST", "/v1/skills", "{\"name\":\"canary\"}");
        gateway.call(200, "PUT", STAGE, new JsonObject().put("env", new JsonObject().put("CANARY", ENV)).encode());
        JsonObject upload = gateway.call(201, "POST", STAGE + "/uploads", "");
        URI url = URI.create(upload.getString("url"));
        assertThat(gateway.send(HttpRequest.newBuilder(url).PUT(HttpRequest.BodyPublishers.ofByteArray(zip())))
                .statusCode()).isEqualTo(204);
        String id = upload.getString("upload_id");
        await().atMost(Duration.ofSeconds(20)).until(() -> gateway.call(200, "GET", STAGE + "/uploads/" + id, "")
                .getString("status").equals("ready_to_deploy"));
        gateway.call(201, "POST", STAGE + "/deployments",
                new JsonObject().put("upload_id", id).put("version", "1.0.0").encode());
        String query = url.getRawQuery();
        return query.substring(query.lastIndexOf('=') + 1);
    }

    /** A run that succeeds, read with a ticket, and one whose handler raises; the ticket. */
    private static String use(RunningGateway gateway) throws IOException, InterruptedException {
        JsonObject input = new JsonObject().put("say", INPUT).put("answer", OUTPUT);
        String run = gateway.call(202, "POST", STAGE + "/runs", input.encode()).getString("run_id");
        String ticket = gateway.call(201, "POST", "/v1/runs/" + run + "/tickets", "").getString("ticket");
        HttpResponse<String> stream = gateway.send(HttpRequest.newBuilder(
                gateway.api("/v1/runs/" + run + "/events?ticket=" + ticket)).header("Accept", "text/event-stream"));
        assertThat(stream.body()).contains(INPUT, OUTPUT, ENV, "event: run.succeeded");
        String failing = gateway.call(202, "POST", STAGE + "/runs", input.put("raise", RAISED).encode())
                .getString("run_id");
        await().atMost(Duration.ofSeconds(20)).until(() -> gateway.call(200, "GET", "/v1/runs/" + failing, "")
                .getString("status").equals("failed"));
        return ticket;
    }

    /** Requests that go wrong in ways that tempt a server to log them. */
    private static void trouble(RunningGateway gateway, String ticket, String signature)
            throws IOException, InterruptedException {
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.api("/v1/runs")).header("Authorization",
                "Bearer " + FORGED)).statusCode()).isEqualTo(401);
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.api("/v1/runs/run_other/events?ticket=" + ticket)))
                .statusCode()).isBetween(401, 404);
        assertThat(gateway.send(HttpRequest.newBuilder(
                gateway.api("/_local/packages/uploads/none?expires=1&signature=" + signature))
                .PUT(HttpRequest.BodyPublishers.ofString(INPUT))).statusCode()).isEqualTo(403);
        gateway.call(400, "POST", STAGE + "/runs", "{\"say\": \"" + INPUT + "\", ");
        gateway.call(400, "PUT", STAGE, new JsonObject().put("env", new JsonObject().put("BAD NAME", ENV)).encode());
    }

    /** Of all processes here; from {@code /proc} where there is one, since Java leaves out long ones. */
    private static String commandLines() {
        return ProcessHandle.allProcesses().map(process -> {
            try {
                return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"),
                        StandardCharsets.ISO_8859_1).replace('\0', ' ');
            } catch (IOException goneOrNoProc) {
                return process.info().commandLine().orElse("");
            }
        }).collect(Collectors.joining("\n"));
    }

    private static byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream archive = new ZipOutputStream(bytes)) {
            archive.putNextEntry(new ZipEntry("main.py"));
            archive.write(SKILL.getBytes(StandardCharsets.UTF_8));
            archive.closeEntry();
        }
        return bytes.toByteArray();
    }
}

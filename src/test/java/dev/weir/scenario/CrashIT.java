package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.fixture.Api;
import dev.weir.fixture.EventProbe.Seen;
import dev.weir.fixture.FaithfulReader;
import dev.weir.fixture.FaithfulReader.Manners;
import dev.weir.fixture.GatewayProcess;
import dev.weir.fixture.SseProbe;
import dev.weir.fixture.WebhookReceiver;
import dev.weir.fixture.WsProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.stream.Stream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway, or its emulator, dies at the worst moment. */
class CrashIT {
    private static final int KILLS = 4;
    private static final int RUNS_PER_KILL = 4;
    private static final int EVENTS = 150;

    @TempDir
    private Path directory;

    private GatewayProcess gateway;

    @BeforeEach
    void start() {
        // Two at a time, so that of each four some still wait in the queue when the gateway is killed.
        gateway = new GatewayProcess(directory.resolve("data"), "runs.max-concurrent=2",
                "skills.webhooks.allow-loopback=true",
                Handlers.ALLOWED).start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void noRunIsLostOrExecutedTwiceAndEachIsToldUnderOneIdWheneverTheGatewayIsKilled() throws Exception {
        WebhookReceiver receiver = new WebhookReceiver();
        gateway.api().post("/v1/secrets", "{\"secret_id\":\"hook\",\"value\":\"" + WebhookReceiver.SECRET + "\"}")
                .expect(201);
        Handlers.deploy(gateway.api(), "{\"timeout_seconds\":60,\"webhook_secret_arn\":\"hook\",\"webhook_url\":\""
                + receiver.url("/told") + "\"}");
        Random random = new Random(20);
        Map<String, Path> tallies = new LinkedHashMap<>();
        Map<String, Future<List<Seen>>> readers = new LinkedHashMap<>();
        try (receiver; ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int kill = 0; kill < KILLS; kill++) {
                for (int i = 0; i < RUNS_PER_KILL; i++) {
                    Path tally = directory.resolve("tally-" + kill + "-" + i);
                    String run = gateway.api().invoke(Handlers.SKILL, counting(tally));
                    tallies.put(run, tally);
                    readers.put(run, threads.submit(new FaithfulReader(gateway::api, run,
                            new Manners(i % 2 == 0, 0.002, 0, i))));
                }
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(50, 2500)).toNanos());
                gateway.kill();
                gateway.start();
            }
            for (Map.Entry<String, Future<List<Seen>>> reader : readers.entrySet()) {
                assertExecutedOnce(reader.getKey(), tallies.get(reader.getKey()),
                        reader.getValue().get(6, TimeUnit.MINUTES));
            }
            assertTold(receiver, tallies.keySet());
        }
    }

    /** At least once, and always under the same name. */
    private static void assertTold(WebhookReceiver receiver, Set<String> runs) {
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(receiver.letters("/told"))
                .map(each -> each.data().path("run_id").asText()).containsAll(runs));
        receiver.letters("/told").forEach(
                each -> assertThat(each.id()).isEqualTo("msg_" + each.data().path("run_id").asText()));
    }

    private static String counting(Path tally) {
        return "{\"mode\":\"count\",\"count\":" + EVENTS + ",\"delay_ms\":10,\"tally\":\"" + tally + "\"}";
    }

    private void assertExecutedOnce(String run, Path tally, List<Seen> seen) throws IOException {
        JsonNode over = gateway.api().over(run);
        assertThat(over.path("status").asText()).as(over.toString()).isEqualTo("succeeded");
        assertThat(over.path("attempt").asInt()).isEqualTo(1);
        assertThat(Files.readAllLines(tally)).as("executions of " + run).containsExactly("executed");
        Streams.assertWhole(seen, 1, "run.succeeded");
        assertThat(Streams.messages(seen)).hasSize(EVENTS).doesNotHaveDuplicates();
        assertThat(seen.getLast().id()).isEqualTo(over.path("last_event_id").asText());
    }

    @Test
    void aRunWhoseMicroVmIsLostFailsAndTheNextOneIsServed() throws Exception {
        Handlers.deploy(gateway.api());
        Api api = gateway.api();
        String run = api.invoke(Handlers.SKILL, Handlers.count(1000, 50));
        awaitOutput(run);
        killEmulator();
        JsonNode over = api.over(run);
        assertThat(over.path("status").asText()).isEqualTo("failed");
        assertThat(over.path("error").path("kind").asText()).isEqualTo("session_lost");
        Streams.assertWhole(new FaithfulReader(gateway::api, run, new Manners(false, 0, 0, 1)).call(), 1,
                "run.failed");
        String next = api.invoke(Handlers.SKILL, Handlers.count(3, 0));
        assertThat(api.over(next).path("status").asText()).isEqualTo("succeeded");
    }

    /** Two kills at most cost an upload two turns; after three without a decision it would be rejected. */
    @Test
    void everyUploadIsDecidedWheneverTheGatewayIsKilled() throws Exception {
        gateway.api().post("/v1/skills", "{\"name\":\"uploads\"}").expect(201);
        Map<String, String> files = new LinkedHashMap<>(Map.of("main.py", "def handler(input): return 1\n"));
        for (int i = 0; i < 40; i++) {
            files.put("m" + i + ".py", "import json\n" + "value = json.loads('[1, 2]')[0] + 3\n".repeat(300));
        }
        byte[] zip = Api.zip(files);
        Random random = new Random(7);
        List<String> uploads = new ArrayList<>();
        for (int kill = 0; kill < 2; kill++) {
            String stage = "/v1/skills/uploads/stages/s" + kill;
            gateway.api().send("PUT", stage, BodyPublishers.ofString("{}")).expect(200);
            JsonNode announced = gateway.api().send("POST", stage + "/uploads", BodyPublishers.noBody()).expect(201);
            gateway.api().send("PUT", announced.path("url").asText(), BodyPublishers.ofByteArray(zip), "Content-Type",
                    "application/zip").expect(204);
            uploads.add(stage + "/uploads/" + announced.path("upload_id").asText());
            LockSupport.parkNanos(Duration.ofMillis(random.nextInt(0, 2500)).toNanos());
            gateway.kill();
            gateway.start();
        }
        for (String upload : uploads) {
            await().atMost(Duration.ofMinutes(3)).until(() -> gateway.api().get(upload).expect(200).path("status")
                    .asText(), status -> !status.equals("validating"));
            JsonNode decided = gateway.api().get(upload).expect(200);
            assertThat(decided.path("status").asText()).as(decided.toString()).isEqualTo("ready_to_deploy");
        }
        try (Stream<Path> left = Files.list(directory.resolve("data/packages/uploads"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aStageMayHaveItsRunsExecutedAgain() throws Exception {
        Handlers.deploy(gateway.api(), "{\"timeout_seconds\":60,\"max_attempts\":2}");
        Path tally = directory.resolve("tally");
        String run = gateway.api().invoke(Handlers.SKILL, counting(tally));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Seen>> reader = threads
                    .submit(new FaithfulReader(gateway::api, run, new Manners(false, 0, 0, 1)));
            awaitOutput(run);
            killEmulator();
            List<Seen> seen = reader.get(6, TimeUnit.MINUTES);
            List<Seen> first = seen.stream().filter(event -> event.id().startsWith("1-")).toList();
            Streams.assertWhole(seen.subList(first.size(), seen.size()), 2, "run.succeeded");
            assertThat(first).isNotEmpty().isEqualTo(seen.subList(0, first.size()));
        }
        assertThat(gateway.api().run(run).path("attempt").asInt()).isEqualTo(2);
        assertThat(Files.readAllLines(tally)).hasSize(2);
    }

    @Test
    void aStopInOrderSendsReadersAwayToComeBack() throws Exception {
        Handlers.deploy(gateway.api());
        String run = gateway.api().invoke(Handlers.SKILL, Handlers.count(200, 20));
        awaitOutput(run);
        try (SseProbe sse = SseProbe.open(gateway.api(), run, "");
                WsProbe socket = WsProbe.open(gateway.api(), run, "");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Seen>> reader = threads
                    .submit(new FaithfulReader(gateway::api, run, new Manners(false, 0, 0, 1)));
            gateway.terminate();
            assertThat(lastOf(sse)).doesNotContain("run.succeeded");
            assertThat(sse.retries()).as("at the start, and at the end").hasSize(2);
            assertThat(lastOf(socket)).doesNotContain("run.succeeded");
            assertThat(socket.closeCode()).isEqualTo(1012);
            assertThat(gateway.exitCode()).isZero();
            gateway.start();
            Streams.assertWhole(reader.get(6, TimeUnit.MINUTES), 1, "run.succeeded");
        }
        assertThat(gateway.api().over(run).path("output")).isEqualTo(Api.json("{\"counted\":200}"));
    }

    private static String lastOf(dev.weir.fixture.EventProbe probe) throws IOException, InterruptedException {
        String last = "";
        for (Optional<Seen> next = probe.next(); next.isPresent(); next = probe.next()) {
            last = next.get().type();
        }
        return last;
    }

    private void awaitOutput(String run) {
        await().atMost(Duration.ofSeconds(30)).until(() -> gateway.api().get("/v1/runs/" + run + "/events?after=1-5")
                .text().contains("run.message"));
    }

    /** The machine that runs the microVMs dies, and they with it. */
    private void killEmulator() {
        ProcessHandle emulator = gateway.emulator().orElseThrow();
        List<ProcessHandle> all = emulator.descendants().toList();
        emulator.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        emulator.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
}

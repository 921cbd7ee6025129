package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.fixture.Api;
import dev.weir.fixture.GatewayProcess;
import dev.weir.fixture.SseProbe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AgentCore, or the gateway itself, is not there for the moment. */
class OutageIT {
    private static final String RUNS = "/v1/skills/hello-stream/stages/prod/runs";

    @TempDir
    private Path directory;

    @Test
    void aMicroVmThatDoesNotComeUpFailsTheRun() {
        try (GatewayProcess gateway = new GatewayProcess(directory.resolve("data"), "runs.start-timeout=1s",
                "emulator.faults.cold-start=30s").start()) {
            String run = gateway.api().post(RUNS, "{}").expect(202).path("run_id").asText();
            JsonNode over = gateway.api().over(run);
            assertThat(over.path("status").asText()).isEqualTo("failed");
            assertThat(over.path("error").path("kind").asText()).isEqualTo("runtime_error");
        }
    }

    @Test
    void aGatewayThatStopsSendsNewReadersElsewhere() throws Exception {
        try (GatewayProcess gateway = new GatewayProcess(directory.resolve("data"), "server.drain=8s").start()) {
            Api api = gateway.api();
            String run = api.post(RUNS, "{\"count\":1000,\"delay_ms\":100}").expect(202).path("run_id").asText();
            List<SseProbe> readers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                readers.add(SseProbe.open(api, run, ""));
            }
            gateway.terminate();
            await().atMost(Duration.ofSeconds(8)).ignoreExceptions().until(() -> isSentAway(api, run));
            readers.forEach(SseProbe::close);
            assertThat(gateway.exitCode()).isZero();
        }
    }

    /** Whether a new reader is told to come back later. */
    private static boolean isSentAway(Api api, String run) throws Exception {
        try (SseProbe probe = SseProbe.open(api, run, "")) {
            // Not 503: a browser's EventSource would give up for good. It is told to come back, and resumes from its last id.
            return probe.status() == 200 && probe.next().isEmpty() && !probe.retries().isEmpty();
        }
    }
}

package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fixture.Api;
import dev.weir.fixture.EventProbe;
import dev.weir.fixture.EventProbe.Seen;
import dev.weir.fixture.FaithfulReader;
import dev.weir.fixture.FaithfulReader.Manners;
import dev.weir.fixture.GatewayProcess;
import dev.weir.fixture.SseProbe;
import dev.weir.fixture.WsProbe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run, many readers, most of them not at their best. */
class FanoutIT {
    private static final int EVENTS = 1000;
    private static final int READERS = 50;

    @TempDir
    private static Path directory;

    private static GatewayProcess gateway;

    @BeforeAll
    static void start() {
        gateway = new GatewayProcess(directory.resolve("data"), "streams.tail-bytes=16KiB", Handlers.ALLOWED)
                .start();
        Handlers.deploy(gateway.api());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** The ring is small, so that those who stall must read from the log and come back to it. */
    @Test
    void everyReaderSeesEveryEventOnceAndInOrder() throws Exception {
        String run = gateway.api().invoke(Handlers.SKILL, Handlers.count(EVENTS, 1));
        List<List<Seen>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Seen>>> readers = IntStream.range(0, READERS)
                    .mapToObj(i -> threads.submit(new FaithfulReader(gateway::api, run, manners(i)))).toList();
            for (Future<List<Seen>> reader : readers) {
                all.add(reader.get(6, TimeUnit.MINUTES));
            }
        }
        List<Seen> first = all.getFirst();
        Streams.assertWhole(first, 1, "run.succeeded");
        assertThat(Streams.messages(first)).isEqualTo(
                IntStream.rangeClosed(1, EVENTS).mapToObj(n -> "{\"message\":{\"n\":" + n + "}}").toList());
        for (List<Seen> seen : all) {
            assertThat(seen).zipSatisfy(first, (one, other) -> assertThat(one).isEqualTo(other));
        }
        assertThat(gateway.api().run(run).path("last_event_id").asText()).isEqualTo(first.getLast().id());
    }

    private static Manners manners(int i) {
        return switch (i % 5) {
            case 0, 1 -> new Manners(i % 2 == 0, 0, 0, i);
            case 2 -> new Manners(i % 2 == 0, 0, 0.01, i);
            case 3 -> new Manners(i % 2 == 0, 0.01, 0, i);
            default -> new Manners(i % 2 == 0, 0.005, 0.005, i);
        };
    }

    @Test
    void whoComesLateGetsAllAndWhoHasAllGetsNothingMore() throws Exception {
        Api api = gateway.api();
        String run = api.invoke(Handlers.SKILL, Handlers.count(100, 0));
        String end = api.over(run).path("last_event_id").asText();
        List<Seen> sse = new FaithfulReader(gateway::api, run, new Manners(false, 0, 0, 1)).call();
        List<Seen> socket = new FaithfulReader(gateway::api, run, new Manners(true, 0, 0, 1)).call();
        Streams.assertWhole(sse, 1, "run.succeeded");
        assertThat(socket).isEqualTo(sse);
        assertThat(sse.getLast().id()).isEqualTo(end);
        try (SseProbe again = SseProbe.open(api, run, end); WsProbe socketAgain = WsProbe.open(api, run, end)) {
            assertThat(again.status()).isEqualTo(204);
            assertThat(socketAgain.next()).isEmpty();
            assertThat(socketAgain.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void aPositionTheRunNeverHadIsSaidToBeSo() throws Exception {
        Api api = gateway.api();
        String run = api.invoke(Handlers.SKILL, "{\"mode\":\"stubborn\"}");
        try (EventProbe probe = WsProbe.open(api, run, "")) {
            while (!probe.next().orElseThrow().type().equals("run.message")) {
                assertThat(api.run(run).path("status").asText()).isIn("queued", "running");
            }
        }
        try (SseProbe probe = SseProbe.open(api, run, "7-7")) {
            assertThat(probe.next().orElseThrow().type()).isEqualTo("stream.reset");
            assertThat(probe.next().orElseThrow().id()).isEqualTo("1-1");
        }
        api.post("/v1/runs/" + run + "/cancel", "").expect(202);
    }
}

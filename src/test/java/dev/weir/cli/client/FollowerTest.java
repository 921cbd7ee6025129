package dev.weir.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.cli.client.Follower.Patience;
import dev.weir.kernel.Redacted;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FollowerTest {
    private static final String EVENTS = "GET /v1/runs/r/events";
    private static final Patience SHORT = new Patience(Duration.ofMillis(200), Duration.ofMillis(1), 5);

    private final List<String> seen = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private FakeGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new FakeGateway();
    }

    @AfterEach
    void stop() {
        over.countDown();
        gateway.close();
    }

    @Test
    void aBrokenStreamIsTakenUpBehindTheLastEvent() {
        gateway.on(EVENTS, exchange -> {
            switch (connections.incrementAndGet()) {
                case 1 -> stream(exchange, "retry: 1\n\nevent: run.queued\ndata: {}\n\n" + event("1-1", "run.started")
                        + event("1-2", "run.message") + "id: 1-3\nevent: run.message\ndata: {\"half\":");
                case 2 -> FakeGateway.send(exchange, 503, "application/json", "{\"status\":503}");
                case 3 -> stream(exchange, ": nothing yet\n\n");
                default -> stream(exchange, event("1-3", "run.message") + event("1-4", "run.succeeded") + "rest");
            }
        });
        assertThat(follower("").follow()).contains("succeeded");
        assertThat(seen).containsExactly("run.queued", "run.started", "run.message", "run.message", "run.succeeded");
        assertThat(gateway.asked()).map(FakeGateway.Asked::lastEventId).containsExactly(Optional.empty(),
                Optional.of("1-2"), Optional.of("1-2"), Optional.of("1-2"));
    }

    @Test
    void aConnectionThatFellSilentIsOver() {
        gateway.on(EVENTS, exchange -> {
            if (connections.incrementAndGet() == 1) {
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(event("1-1", "run.started").getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
                await();
            } else {
                stream(exchange, event("1-2", "run.failed"));
            }
        });
        assertThat(follower("").follow()).contains("failed");
        assertThat(gateway.asked().getLast().lastEventId()).contains("1-1");
    }

    @Test
    void nothingMoreIsNoEnd() {
        gateway.on(EVENTS, exchange -> exchange.sendResponseHeaders(204, -1));
        assertThat(follower("1-9").follow()).isEmpty();
        assertThat(gateway.asked().getFirst().lastEventId()).contains("1-9");
    }

    @Test
    void aStreamWithoutEventsIsGivenUp() {
        gateway.on(EVENTS, exchange -> stream(exchange, ": hello\n\n"));
        assertThatThrownBy(() -> follower("").follow()).hasMessageContaining("the run goes on");
        assertThat(gateway.asked()).hasSize(SHORT.tries());
    }

    @Test
    void whatIsNoStreamIsSaidAtOnce() {
        gateway.on(EVENTS, exchange -> FakeGateway.send(exchange, 200, "text/html", "<html>"));
        assertRefused("no gateway");
        gateway.on(EVENTS, exchange -> FakeGateway.send(exchange, 200, "application/json", "{}"));
        assertRefused("no event stream");
        gateway.on(EVENTS, exchange -> stream(exchange, "data: <html>\n\n"));
        assertRefused("no JSON");
        gateway.on(EVENTS, 410, "{\"status\":410,\"detail\":\"trimmed\"}");
        assertRefused("trimmed");
    }

    @Test
    void anEventWithoutEndDoesNotFillTheMemory() {
        gateway.on(EVENTS, exchange -> {
            connections.incrementAndGet();
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            byte[] block = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
            for (int written = 0; written < 3 * EventLines.MAX_EVENT; written += block.length) {
                exchange.getResponseBody().write(block); // fails once the reader has enough
            }
            connections.addAndGet(100);
        });
        Patience twice = new Patience(Duration.ofSeconds(60), Duration.ofMillis(1), 2);
        assertThatThrownBy(() -> new Follower(client(), "r", "", (type, _) -> seen.add(type), twice).follow())
                .isInstanceOf(ClientException.class);
        assertThat(seen).isEmpty();
        assertThat(connections).hasValue(2);
    }

    private void assertRefused(String message) {
        int before = gateway.asked().size();
        assertThatThrownBy(() -> follower("").follow()).isInstanceOf(ClientException.class)
                .hasMessageContaining(message);
        assertThat(gateway.asked()).hasSize(before + 1);
    }

    private Follower follower(String after) {
        return new Follower(client(), "r", after, (type, _) -> seen.add(type), SHORT);
    }

    private Gateway client() {
        return new Gateway(new Profile(URI.create(gateway.url()), new Redacted("wk_x")), Duration.ofSeconds(30));
    }

    private static String event(String id, String type) {
        return "id: " + id + "\nevent: " + type + "\ndata: {}\n\n";
    }

    private static void stream(HttpExchange exchange, String text) throws IOException {
        FakeGateway.send(exchange, 200, "text/event-stream; charset=utf-8", text);
    }

    private void await() {
        try {
            over.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

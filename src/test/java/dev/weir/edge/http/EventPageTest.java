package dev.weir.edge.http;

import static dev.weir.edge.http.ApiFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.EventType;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.feed.Batch;
import dev.weir.feature.run.feed.Subscriber;
import dev.weir.feature.run.feed.Subscription;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A page against a feed played by hand. */
class EventPageTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger cancelled = new AtomicInteger();

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    @Test
    void aFullPageEndsTheSubscriptionAndSaysWhereToGoOn() {
        JsonObject page = collect(EventId.START, 3, LONG, reader -> reader.write(batch(1, 5)));

        assertThat(ids(page)).containsExactly("1-1", "1-2", "1-3");
        assertThat(page.getString("next")).isEqualTo("1-3");
        assertThat(page.getBoolean("terminal")).isFalse();
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void theTerminalEventEndsThePageBeforeTheWaitDoes() {
        JsonObject page = collect(new EventId(1, 1), 100, LONG, reader -> {
            reader.write(new Batch(List.of(event(2, EventType.OUTPUT), event(3, EventType.SUCCEEDED))));
            reader.end();
        });
        assertThat(ids(page)).containsExactly("1-2", "1-3");
        assertThat(page.getBoolean("terminal")).isTrue();
    }

    @Test
    void newsEndTheWait() {
        JsonObject page = collect(new EventId(1, 1), 100, LONG, reader -> reader.write(batch(2, 3)));
        assertThat(ids(page)).containsExactly("1-2", "1-3");
    }

    @Test
    void nothingNewLeavesTheCursor() {
        JsonObject page = collect(new EventId(1, 7), 100, Duration.ZERO, _ -> {});
        assertThat(page.getJsonArray("events")).isEmpty();
        assertThat(page.getString("next")).isEqualTo("1-7");
    }

    @Test
    void whatHasNoNumberIsShownButMovesNothing() {
        JsonObject page = collect(EventId.START, 100, Duration.ZERO, reader -> reader.write(
                new Batch(List.of(new RunEvent(EventId.START, EventType.QUEUED, Buffer.buffer("{}"))))));
        assertThat(page.getJsonArray("events").getJsonObject(0)).isEqualTo(
                new JsonObject().put("event", "run.queued").put("data", new JsonObject()));
        assertThat(page.getValue("next")).isNull();
    }

    @Test
    void aResetIsToldBeforeTheStreamBeginsAgain() {
        JsonObject page = collect(new EventId(9, 9), 100, LONG, reader -> {
            reader.reset();
            reader.write(batch(1, 1));
        });
        assertThat(page.getJsonArray("events").getJsonObject(0).getString("event")).isEqualTo("stream.reset");
        assertThat(page.getString("next")).isEqualTo("1-1");
    }

    @Test
    void aFailureAfterEventsIsAShortPage() {
        JsonObject page = collect(EventId.START, 100, LONG, reader -> {
            reader.write(batch(1, 2));
            reader.fail(new IllegalStateException("log"));
        });
        assertThat(ids(page)).containsExactly("1-1", "1-2");
        assertThatThrownBy(
                () -> collect(EventId.START, 100, LONG, reader -> reader.fail(new IllegalStateException("log"))))
                .isInstanceOf(IllegalStateException.class);
    }

    private JsonObject collect(EventId after, int limit, Duration wait, Consumer<Subscriber> feed) {
        Promise<Buffer> page = Promise.promise();
        vertx.runOnContext(
                _ -> new EventPage(vertx, vertx.getOrCreateContext(), after, limit, wait).collect((loop, reader) -> {
                    loop.execute(() -> feed.accept(reader));
                    return new Counting();
                }).onComplete(page));
        return await(page.future()).toJsonObject();
    }

    private static Batch batch(int first, int last) {
        return new Batch(IntStream.rangeClosed(first, last).mapToObj(n -> event(n, EventType.OUTPUT)).toList());
    }

    private static RunEvent event(int n, EventType type) {
        return new RunEvent(new EventId(1, n), type, Buffer.buffer("{\"n\":" + n + "}"));
    }

    private static List<String> ids(JsonObject page) {
        return page.getJsonArray("events").stream().map(event -> ((JsonObject) event).getString("id")).toList();
    }

    private final class Counting implements Subscription {
        @Override
        public void resume() {}

        @Override
        public void cancel() {
            cancelled.incrementAndGet();
        }
    }
}

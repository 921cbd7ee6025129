package dev.weir.edge.http;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.feed.Batch;
import dev.weir.feature.run.feed.Subscriber;
import dev.weir.feature.run.feed.Subscription;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

/**
 * Collects one JSON page of a run's events: {@code {"events":[{"id","event","data"}],"next","terminal"}}. It is complete when it is full, when the
 * run is over, a moment after the first numbered event came, or when the wait is over; so it may be shorter than its limit, and
 * {@code next} is where the one after it begins. Confined to one event loop.
 */
final class EventPage implements Subscriber {
    /** A page ends after the event that takes it past this, in bytes of data. */
    static final int MAX_BYTES = 1024 * 1024;

    /** What came in one go may be delivered in several batches. */
    private static final Duration SETTLE = Duration.ofMillis(20);
    /** Without a wait: time for the log to be read. */
    private static final Duration LOOK = Duration.ofMillis(250);

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final Context context;
    private final Promise<Buffer> done = Promise.promise();
    private final Buffer events = Buffer.buffer();
    private final int limit;
    private final Duration wait;

    private EventId next;
    private int count;
    private boolean terminal;
    private boolean numbered;
    private Subscription subscription;
    private long deadline = NO_TIMER;
    private long settled = NO_TIMER;

    EventPage(Vertx vertx, Context context, EventId after, int limit, Duration wait) {
        this.vertx = vertx;
        this.context = context;
        this.next = after;
        this.limit = limit;
        this.wait = wait;
    }

    /** The page of a run whose terminal event the reader has seen. */
    static Buffer over(EventId after) {
        return page(Buffer.buffer(), after, true);
    }

    /** Shows an event before what the feed delivers; one without a number does not end a wait. */
    EventPage beginningWith(RunEvent event) {
        add(event);
        return this;
    }

    /**
     * Subscribes to {@code feed}, given the loop to be called on. Fails only if the feed does before anything was collected.
     */
    Future<Buffer> collect(BiFunction<Executor, Subscriber, Subscription> feed) {
        subscription = feed.apply(task -> context.runOnContext(_ -> task.run()), this);
        deadline = vertx.setTimer((wait.isZero() ? LOOK : wait).toMillis(), _ -> finish());
        return done.future();
    }

    /** The client has gone. */
    void cancel() {
        finish();
    }

    @Override
    public boolean isWritable() {
        return !isFull();
    }

    @Override
    public void write(Batch batch) {
        for (RunEvent event : batch.events()) {
            if (isFull() || done.future().isComplete()) {
                break;
            }
            add(event);
        }
        if (isFull() || terminal) {
            finish();
        } else if (settled == NO_TIMER && (numbered || wait.isZero())) {
            // What has no number does not move the cursor: a reader who waits for news would be told it again and again.
            settled = vertx.setTimer(SETTLE.toMillis(), _ -> finish());
        }
    }

    @Override
    public void reset() {
        append(null, "stream.reset", Buffer.buffer("{\"reason\":\"unknown_cursor\"}"));
        next = EventId.START;
    }

    @Override
    public void end() {
        terminal = true;
        finish();
    }

    @Override
    public void fail(Throwable cause) {
        if (count > 0) {
            finish();
        } else {
            stopTimers();
            done.tryFail(cause);
        }
    }

    private boolean isFull() {
        return count >= limit || events.length() >= MAX_BYTES;
    }

    private void add(RunEvent event) {
        boolean hasId = event.id().isAfter(EventId.START);
        append(hasId ? event.id() : null, event.type().wireName(), event.data());
        if (hasId) {
            next = event.id();
            numbered = true;
        }
        terminal |= event.type().isTerminal();
    }

    private void append(EventId id, String type, Buffer data) {
        events.appendString(count++ == 0 ? "{" : ",{");
        if (id != null) {
            events.appendString("\"id\":\"").appendString(id.toString()).appendString("\",");
        }
        events.appendString("\"event\":\"").appendString(type).appendString("\",\"data\":").appendBuffer(data);
        events.appendString("}");
    }

    private void finish() {
        stopTimers();
        if (subscription != null) {
            subscription.cancel();
        }
        done.tryComplete(page(events, next, terminal));
    }

    private void stopTimers() {
        vertx.cancelTimer(deadline);
        vertx.cancelTimer(settled);
    }

    private static Buffer page(Buffer events, EventId next, boolean terminal) {
        String cursor = next.equals(EventId.START) ? "null" : "\"" + next + "\"";
        return Buffer.buffer("{\"events\":[")
                .appendBuffer(events)
                .appendString("],\"next\":" + cursor + ",\"terminal\":" + terminal + "}");
    }
}

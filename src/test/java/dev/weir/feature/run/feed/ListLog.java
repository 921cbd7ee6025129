package dev.weir.feature.run.feed;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.EventType;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.log.LogBounds;
import dev.weir.feature.run.log.RunLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A log of one run in a list. */
final class ListLog implements RunLog {
    final AtomicInteger reads = new AtomicInteger();
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;
    private final List<RunEvent> events = new CopyOnWriteArrayList<>();

    static RunEvent event(int attempt, long n) {
        return new RunEvent(new EventId(attempt, n), EventType.OUTPUT, Buffer.buffer("{\"n\":" + n + "}"));
    }

    @Override
    public Future<Boolean> append(RunId run, long fence, List<RunEvent> more) {
        events.addAll(more);
        return Future.succeededFuture(true);
    }

    @Override
    public Future<List<RunEvent>> read(RunId run, EventId after, int maxEvents, int maxBytes) {
        reads.incrementAndGet();
        Promise<List<RunEvent>> read = Promise.promise();
        List<RunEvent> found = events.stream().filter(event -> event.id().isAfter(after)).limit(maxEvents).toList();
        if (holding) {
            held.add(() -> read.complete(found));
        } else {
            read.complete(found);
        }
        return read.future();
    }

    /** From now on answers to reads wait; they are what the log had when it was asked. */
    void hold() {
        holding = true;
    }

    void letGo() {
        holding = false;
        held.forEach(Runnable::run);
        held.clear();
    }

    @Override
    public Future<Void> trim(RunId run, EventId first) {
        events.removeIf(event -> first.isAfter(event.id()));
        return Future.succeededFuture();
    }

    @Override
    public Future<LogBounds> bounds(RunId run) {
        return Future.succeededFuture(events.isEmpty()
                ? new LogBounds(EventId.START, EventId.START)
                : new LogBounds(events.getFirst().id(), events.getLast().id()));
    }
}

package dev.weir.bench;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.log.LogBounds;
import dev.weir.feature.run.log.RunLog;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** The first attempt of one run, in an array: event {@code n} is at {@code n - 1}. */
final class ArrayLog implements RunLog {
    private final List<RunEvent> events = new ArrayList<>();

    @Override
    public synchronized Future<Boolean> append(RunId run, long fence, List<RunEvent> more) {
        events.addAll(more);
        return Future.succeededFuture(true);
    }

    @Override
    public synchronized Future<List<RunEvent>> read(RunId run, EventId after, int maxEvents, int maxBytes) {
        int from = (int) Math.min(after.n(), events.size());
        return Future.succeededFuture(List.copyOf(events.subList(from, Math.min(from + maxEvents, events.size()))));
    }

    @Override
    public synchronized Future<LogBounds> bounds(RunId run) {
        return Future.succeededFuture(events.isEmpty()
                ? new LogBounds(EventId.START, EventId.START)
                : new LogBounds(events.getFirst().id(), events.getLast().id()));
    }

    @Override
    public Future<Void> trim(RunId run, EventId first) {
        return Future.failedFuture(new UnsupportedOperationException("nothing is trimmed here"));
    }
}

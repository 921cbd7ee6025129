package dev.weir.feature.interpreter.pool;

import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.feature.interpreter.tool.ToolCall;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Sessions that exist in name only: starts, stops and calls complete when the test says so, or at once. Used by one thread. */
final class Sandboxes implements Interpreter {
    final List<Promise<Session>> starts = new ArrayList<>();
    final List<Promise<Void>> calls = new ArrayList<>();
    final List<String> stopped = new ArrayList<>();
    final Set<String> live = new TreeSet<>();
    final List<Duration> lifetimes = new ArrayList<>();
    Optional<RuntimeException> stopFailure = Optional.empty();
    boolean startsWait;
    private int count;

    @Override
    public Future<Session> start(Optional<String> name, Duration lifetime) {
        lifetimes.add(lifetime);
        Promise<Session> start = Promise.promise();
        starts.add(start);
        if (!startsWait) {
            arrive();
        }
        return start.future();
    }

    /** The oldest start that is under way succeeds. */
    void arrive() {
        arrive(0);
    }

    void arrive(int start) {
        Session session = new Session("s" + ++count, Instant.EPOCH, true);
        live.add(session.id());
        starts.remove(start).complete(session);
    }

    @Override
    public ToolRun invoke(String session, ToolCall call, Duration within, Results results) {
        Promise<Void> end = Promise.promise();
        calls.add(end);
        return new ToolRun() {
            @Override
            public Future<Void> end() {
                return end.future();
            }

            @Override
            public void abandon() {
                end.tryFail("abandoned");
            }
        };
    }

    @Override
    public Future<Session> find(String session) {
        return Future.succeededFuture(new Session(session, Instant.EPOCH, live.contains(session)));
    }

    @Override
    public Future<Void> stop(String session) {
        stopped.add(session);
        live.remove(session);
        return stopFailure.<Future<Void>>map(Future::failedFuture).orElseGet(Future::succeededFuture);
    }
}

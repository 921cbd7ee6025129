package dev.weir.runner;

import dev.weir.wire.runner.RetainedEvents;
import dev.weir.wire.runner.GatewayFrame.Attach;
import dev.weir.wire.runner.GatewayFrame.Start;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who may do what with which run. One run executes at a time; a run that is over stays until its result is acknowledged, and even then its
 * name stays, so that it is never executed twice.
 */
final class Desk {
    /** Unacknowledged events keep a microVM alive this long after the result: the next gateway has time to come for them. */
    static final Duration BUSY_AFTER_RESULT = Duration.ofMinutes(10);

    private static final int MAX_OVER = 4;
    private static final int MAX_NAMES = 1_000;

    private final Vertx vertx;
    private final RunnerOptions options;
    private final InstantSource clock;
    private final Map<Execution.Key, Known> runs = new LinkedHashMap<>();
    private final Map<Execution.Key, Long> forgotten = bounded();
    private final Map<String, Long> fences = bounded();
    private Promise<Void> stopping;

    Desk(Vertx vertx, RunnerOptions options, InstantSource clock) {
        this.vertx = vertx;
        this.options = options;
        this.clock = clock;
    }

    /** What an attach comes to. */
    sealed interface Verdict {
        record Adopted(Execution execution) implements Verdict {}

        /** The run was executed here and all its events are acknowledged. */
        record Over(long last) implements Verdict {}

        record Unknown() implements Verdict {}

        record Refused(String reason) implements Verdict {}
    }

    /** @param link is told when another one attaches to the same run */
    synchronized Verdict attach(Attach attach, Link link) {
        long highest = fences.getOrDefault(attach.run(), Long.MIN_VALUE);
        if (attach.fence() < highest) {
            return new Verdict.Refused("another gateway looks after this run");
        }
        fences.put(attach.run(), attach.fence());
        Execution.Key key = new Execution.Key(attach.run(), attach.attempt());
        Known entry = runs.get(key);
        if (entry != null) {
            return adopt(entry, attach, link);
        }
        Long last = forgotten.get(key);
        if (last != null) {
            return attach.after() == last
                    ? new Verdict.Over(last)
                    : new Verdict.Refused("the events after this one are acknowledged and gone");
        }
        // A gateway that has events of an unknown run has them from an earlier life of this microVM: never execute it again.
        if (attach.start().isEmpty() || attach.after() > 0) {
            return new Verdict.Unknown();
        }
        Optional<Execution> started = begin(key, attach.start().get(), attach.packageUrl());
        started.ifPresent(_ -> runs.get(key).link = Optional.of(link));
        return started.<Verdict>map(Verdict.Adopted::new)
                .orElseGet(() -> new Verdict.Refused("another run is executing"));
    }

    /** Empty if another run is executing. */
    synchronized Optional<Execution> begin(Execution.Key key, Start start, String packageUrl) {
        if (stopping != null || runs.values().stream().anyMatch(entry -> !entry.execution.isOver())) {
            return Optional.empty();
        }
        if (runs.size() >= MAX_OVER) {
            forget(runs.keySet().iterator().next());
        }
        Known entry = new Known(new Execution(vertx, options, key, start, packageUrl));
        runs.put(key, entry);
        entry.execution.begin(() -> over(entry));
        return Optional.of(entry.execution);
    }

    /** Releases events; false if the run has no event {@code n} yet. */
    synchronized boolean acknowledge(Execution execution, long n) {
        boolean sound = execution.events().acknowledge(n);
        if (execution.events().isDone()) {
            forget(execution.key());
        }
        return sound;
    }

    /** The connection is gone, or turns to another run. */
    synchronized void leave(Execution execution, Link link) {
        Known entry = runs.get(execution.key());
        if (entry != null && entry.link.filter(link::equals).isPresent()) {
            entry.link = Optional.empty();
            execution.events().onAppend(() -> {});
        }
    }

    synchronized boolean isBusy() {
        Instant limit = clock.instant().minus(BUSY_AFTER_RESULT);
        return runs.values().stream().anyMatch(entry -> entry.overAt == null || entry.overAt.isAfter(limit));
    }

    /** Ends what is executing; completes when nothing is. */
    synchronized Future<Void> stop() {
        if (stopping == null) {
            stopping = Promise.promise();
            List<Known> entries = new ArrayList<>(runs.values());
            entries.forEach(entry -> entry.execution.stop());
            completeStop();
        }
        return stopping.future();
    }

    private Verdict adopt(Known entry, Attach attach, Link link) {
        RetainedEvents events = entry.execution.events();
        if (attach.after() < events.first() - 1) {
            return new Verdict.Refused("the events after this one are acknowledged and gone");
        }
        if (attach.after() > events.last()) {
            return new Verdict.Refused("there is no such event yet");
        }
        entry.link.filter(other -> !other.equals(link)).ifPresent(Link::replace);
        entry.link = Optional.of(link);
        entry.execution.packageMovedTo(attach.packageUrl());
        acknowledge(entry.execution, attach.after());
        return new Verdict.Adopted(entry.execution);
    }

    private synchronized void over(Known entry) {
        entry.overAt = clock.instant();
        if (entry.execution.events().isDone()) {
            forget(entry.execution.key());
        }
        completeStop();
    }

    private void completeStop() {
        if (stopping != null && runs.values().stream().allMatch(entry -> entry.overAt != null)) {
            stopping.tryComplete();
        }
    }

    private void forget(Execution.Key key) {
        Known entry = runs.get(key);
        if (entry != null && entry.overAt != null) {
            runs.remove(key);
            forgotten.put(key, entry.execution.events().last());
        }
    }

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > MAX_NAMES;
            }
        };
    }

    /** One run; {@code overAt} is null while it executes. */
    private static final class Known {
        private final Execution execution;
        private Optional<Link> link = Optional.empty();
        private Instant overAt;

        Known(Execution execution) {
            this.execution = execution;
        }
    }
}

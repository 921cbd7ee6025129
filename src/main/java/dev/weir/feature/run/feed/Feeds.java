package dev.weir.feature.run.feed;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.log.RunLog;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Every run's readers on this node, and the writers that feed them. Thread-safe. */
public final class Feeds {
    private final ConcurrentMap<RunId, RunChannel> channels = new ConcurrentHashMap<>();
    private final RunLog log;
    private final Function<RunId, Future<RunState>> states;
    private final InstantSource clock;
    private final Limits limits;

    /**
     * What may be kept, and waited for.
     *
     * @param tailEvents newest events kept per running run
     * @param tailBytes their size
     * @param patience how long a reader whose position is ahead of the log waits for the run's executing side to come back
     */
    public record Limits(int tailEvents, int tailBytes, Duration patience) {}

    /**
     * Feeds over a log.
     *
     * @param states the run's record, as far as a feed must know it
     */
    public Feeds(RunLog log, Function<RunId, Future<RunState>> states, InstantSource clock, Limits limits) {
        this.log = log;
        this.states = states;
        this.clock = clock;
        this.limits = limits;
    }

    /**
     * Starts to deliver the run's events after {@code after} ({@link EventId#START} for all) to {@code subscriber}. Nothing is delivered
     * during this call; the first delivery is a later task on {@code loop}. Call on {@code loop}.
     *
     * @param loop runs tasks one at a time in order; subscribers with the same {@code loop} object share their batches
     */
    public Subscription subscribe(RunId run, EventId after, Executor loop, Subscriber subscriber) {
        Cursor cursor = new Cursor(this, hold(run), loop, after, subscriber);
        loop.execute(cursor::begin);
        return cursor;
    }

    /**
     * Opens the run for writing on this node.
     *
     * @param base the number of the last event that is durable already
     * @param expected the number of the newest event that is known to exist, durable or not
     */
    public Publication publish(RunId run, int attempt, long base, long expected) {
        Tail tail = new Tail(attempt, base, limits.tailEvents(), limits.tailBytes());
        tail.expect(expected);
        RunChannel channel = hold(run);
        channel.attach(tail);
        return new Publication(this, channel, tail);
    }

    /** Looks after the runs that have readers here but no writer; to be called a few times a second. */
    public void sweep() {
        channels.values().forEach(channel -> {
            if (channel.tail() != null) {
                channel.feed();
            } else if (channel.terminal() == null && channel.hasReaders()
                    && channel.checking.compareAndSet(false, true)) {
                check(channel);
            }
        });
    }

    private void check(RunChannel channel) {
        states.apply(channel.run).onComplete(state -> {
            channel.checking.set(false);
            if (state.succeeded()) {
                state.result().terminal().ifPresent(channel::over);
            }
            channel.wake();
        });
    }

    private RunChannel hold(RunId run) {
        return channels.compute(run, (id, known) -> (known == null ? new RunChannel(id) : known).hold());
    }

    void release(RunChannel channel) {
        channels.computeIfPresent(channel.run, (_, known) -> known.release());
    }

    Future<RunState> state(RunId run) {
        return states.apply(run);
    }

    RunLog log() {
        return log;
    }

    Instant now() {
        return clock.instant();
    }

    Duration patience() {
        return limits.patience();
    }
}

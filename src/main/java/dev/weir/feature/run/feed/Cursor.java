package dev.weir.feature.run.feed;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.log.RunLog;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One reader's position. History, replay, the live tail and catching up are one loop: while the subscriber is writable, write what follows
 * the position, from the ring or else from the log. Confined to its loop.
 */
final class Cursor implements Subscription {
    private enum Phase {
        /** Finding out what the position means. */
        RESOLVING,
        /** The position is ahead of all that is durable and nobody executes the run: a take-over will tell. */
        EXPECTING, READING, CLOSED
    }

    /** Its place in the group's list. */
    int index;

    private final Feeds feeds;
    private final RunChannel channel;
    private final Executor loop;
    private final Subscriber subscriber;
    private final Instant patience;
    private LoopGroup group;
    private EventId position;
    private Phase phase = Phase.RESOLVING;
    private boolean busy;

    Cursor(Feeds feeds, RunChannel channel, Executor loop, EventId position, Subscriber subscriber) {
        this.feeds = feeds;
        this.channel = channel;
        this.loop = loop;
        this.position = position;
        this.subscriber = subscriber;
        this.patience = feeds.now().plus(feeds.patience());
    }

    void begin() {
        if (phase != Phase.CLOSED) {
            group = channel.group(loop);
            group.add(this);
            resolve();
        }
    }

    /** Something may have changed. */
    void look() {
        switch (phase) {
            case READING -> advance();
            case EXPECTING -> {
                if (channel.tail() != null || channel.terminal() != null || feeds.now().isAfter(patience)) {
                    resolve();
                }
            }
            case RESOLVING, CLOSED -> {
            }
        }
    }

    @Override
    public void resume() {
        look();
    }

    @Override
    public void cancel() {
        if (phase != Phase.CLOSED) {
            phase = Phase.CLOSED;
            if (group != null) {
                group.remove(this);
                if (group.isEmpty()) {
                    group.forget();
                    channel.drop(group);
                }
            }
            feeds.release(channel);
        }
    }

    private void resolve() {
        if (position.equals(EventId.START)) {
            phase = Phase.READING;
            readState();
            return;
        }
        phase = Phase.RESOLVING;
        then(feeds.state(channel.run).compose(state -> log().holds(channel.run, position).map(held -> {
            state.terminal().ifPresent(channel::over);
            return held;
        })), this::resolved);
    }

    private void resolved(boolean held) {
        RunEvent terminal = channel.terminal();
        Tail tail = channel.tail();
        if (terminal != null && position.equals(terminal.id())) {
            finish();
        } else if (held || (tail != null && tail.knows(position))) {
            phase = Phase.READING;
            advance();
        } else if (terminal != null) {
            position = new EventId(terminal.id().attempt(), terminal.id().n() - 1);
            phase = Phase.READING;
            advance();
        } else if (tail == null && feeds.now().isBefore(patience)) {
            phase = Phase.EXPECTING;
        } else {
            position = EventId.START;
            phase = Phase.READING;
            subscriber.reset();
            advance();
        }
    }

    /** A reader from the start needs no resolving, but the channel may not know yet that the run is over. */
    private void readState() {
        if (channel.tail() != null || channel.terminal() != null) {
            advance();
            return;
        }
        busy = true;
        then(feeds.state(channel.run), state -> {
            busy = false;
            state.terminal().ifPresent(channel::over);
            advance();
        });
    }

    private void advance() {
        while (phase == Phase.READING && !busy && subscriber.isWritable()) {
            RunEvent terminal = channel.terminal();
            if (terminal != null && position.next().equals(terminal.id())) {
                end(terminal);
                return;
            }
            Tail tail = channel.tail();
            if (tail != null && tail.isHead(position)) {
                return;
            }
            Optional<Batch> recent = tail == null ? Optional.empty() : group.next(tail, position);
            if (recent.isEmpty()) {
                readLog(terminal);
            } else if (recent.get().events().isEmpty()) {
                return;
            } else {
                deliver(recent.get());
            }
        }
    }

    private void readLog(RunEvent terminal) {
        busy = true;
        group.readLog(feeds.log(), position, terminal, this);
    }

    /**
     * What the log has after this cursor's position.
     *
     * @param batch shared with others at the same position; nothing if the log has no more
     * @param terminal what was known before the read: if the log then had nothing more, it never will
     */
    void logged(Optional<Batch> batch, RunEvent terminal) {
        if (phase == Phase.CLOSED) {
            return;
        }
        busy = false;
        if (batch.isPresent()) {
            deliverLogged(batch.get());
        } else if (terminal != null) {
            end(terminal);
        } else {
            waitForLog();
        }
    }

    /** The log could not be read. */
    void failed(Throwable cause) {
        if (phase != Phase.CLOSED) {
            cancel();
            subscriber.fail(cause);
        }
    }

    private void deliverLogged(Batch batch) {
        EventId first = batch.events().getFirst().id();
        boolean follows = first.equals(position.next()) || (first.n() == 1 && first.attempt() > position.attempt());
        if (follows) {
            deliver(batch);
            advance();
        } else {
            cancel();
            subscriber.fail(new ProblemException(
                    new Problem.Gone("the events after this position are not kept any more", first.toString())));
        }
    }

    private void waitForLog() {
        channel.starve();
        Tail tail = channel.tail();
        if (channel.terminal() != null || (tail != null && tail.read(position, 1, 1).isPresent())) {
            advance();
        }
    }

    private void deliver(Batch batch) {
        position = batch.events().getLast().id();
        subscriber.write(batch);
    }

    private void end(RunEvent terminal) {
        Batch batch = new Batch(List.of(terminal));
        deliver(batch);
        batch.release();
        finish();
    }

    private void finish() {
        if (phase != Phase.CLOSED) {
            cancel();
            subscriber.end();
        }
    }

    private RunLog log() {
        return feeds.log();
    }

    /** Continues on the loop, unless the reader left meanwhile; a failure ends the subscription. */
    private <T> void then(Future<T> future, Consumer<T> next) {
        future.onComplete(result -> loop.execute(() -> {
            if (result.failed()) {
                failed(result.cause());
            } else if (phase != Phase.CLOSED) {
                next.accept(result.result());
            }
        }));
    }
}

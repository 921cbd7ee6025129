package dev.weir.feature.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.EventType;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.feed.Publication;
import dev.weir.feature.run.log.RunLog;
import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Events;
import dev.weir.wire.runner.RunnerFrame.Message;
import dev.weir.wire.runner.RunnerFrame.Output;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a runner's events into the feed at once and into the log in batches: one write at a time, the next takes all that came meanwhile.
 * The runner's k-th event is event k+1 of the attempt. Used by the run's one thread.
 */
final class RunPump {
    private static final Logger LOG = LoggerFactory.getLogger(RunPump.class);

    /** Events that are published and not durable are at most this many; far below what the feed's ring holds. */
    private static final int MAX_UNSAVED_EVENTS = 512;

    /** No runner of ours puts so many into one frame. */
    private static final int MAX_FRAME_EVENTS = 1024;

    private static final int MAX_UNSAVED_BYTES = 512 * 1024;
    private static final int MAX_BATCH_BYTES = 256 * 1024;

    private final RunId run;
    private final int attempt;
    private final long fence;
    private final RunLog log;
    private final Consumer<Signal> mailbox;
    private final Publication publication;
    private final LogWindow window;
    private final Deque<RunEvent> unsaved = new ArrayDeque<>();
    private int unsavedBytes;
    private int saving;
    private long published;
    private long durable;

    private RunPump(Run run, RunExecutor.Surroundings around, LogWindow window, Publication publication, long durable,
            Consumer<Signal> mailbox) {
        this.run = run.id();
        this.attempt = run.attempt();
        this.fence = run.claim().fence();
        this.log = around.log();
        this.publication = publication;
        this.window = window;
        this.mailbox = mailbox;
        this.published = durable;
        this.durable = durable;
    }

    /**
     * Opens the run's feed on this node and shows the start of the attempt, if the log does not have it yet. Blocks.
     *
     * @param expected the number of the newest event that exists at the runner, durable or not
     */
    static RunPump open(Run run, RunExecutor.Surroundings around, long maxLogBytes, long expected,
            Consumer<Signal> mailbox) {
        long durable = durable(run, around.log());
        Publication publication = around.feeds().publish(run.id(), run.attempt(), durable, Math.max(expected, durable));
        RunPump pump = new RunPump(run, around, new LogWindow(maxLogBytes), publication, durable, mailbox);
        if (durable == 0) {
            pump.take(List.of(RecordEvents.started(run.id(), run.order().version(), run.attempt(),
                    run.startedAt().orElseThrow())));
        }
        return pump;
    }

    /** The number of the attempt's newest event in the log. Blocks. */
    static long durable(Run run, RunLog log) {
        EventId newest = log.bounds(run.id()).await().newest();
        return newest.attempt() == run.attempt() ? newest.n() : 0;
    }

    /** The number of the newest event shown to readers. */
    long published() {
        return published;
    }

    long durable() {
        return durable;
    }

    /** Whether everything published is durable. */
    boolean isSettled() {
        return unsaved.isEmpty();
    }

    /** Whether no more should be taken from the runner for now. */
    boolean isFull() {
        return unsaved.size() >= MAX_UNSAVED_EVENTS || unsavedBytes >= MAX_UNSAVED_BYTES;
    }

    /** The run is over: shows its terminal event and ends the feed's writing side. */
    void finish(RunEvent terminal) {
        publication.finish(terminal);
    }

    /** The run goes on elsewhere; this node shows nothing more of it. */
    void abandon() {
        publication.abandon();
    }

    /**
     * Publishes what is new in the frame.
     *
     * @return the runner's result if the frame holds it
     * @throws IllegalArgumentException if events between are missing, or there are too many
     */
    Optional<Event> accept(Events frame) {
        List<RunEvent> fresh = new ArrayList<>();
        Optional<Event> result = Optional.empty();
        long n = frame.first();
        if (n < 1 || n > Math.max(published, 1) || frame.events().size() > MAX_FRAME_EVENTS) {
            throw new IllegalArgumentException("events are missing before " + n + ", or too many in one frame");
        }
        for (Event event : frame.events()) {
            n++;
            if (n <= published) {
                continue;
            }
            switch (event) {
                case Output output -> fresh.add(event(n, EventType.OUTPUT,
                        JsonNodeFactory.instance.objectNode().put("stream", output.stream()).put("text",
                                output.text())));
                case Message message -> fresh.add(event(n, EventType.MESSAGE,
                        JsonNodeFactory.instance.objectNode().set("message", message.value())));
                default -> result = Optional.of(event);
            }
        }
        take(fresh);
        return result;
    }

    /** A write ended; starts the next. */
    void saved(long n) {
        List<RunEvent> logged = new ArrayList<>(saving);
        for (; saving > 0; saving--) {
            RunEvent event = unsaved.removeFirst();
            unsavedBytes -= event.weight();
            logged.add(event);
        }
        window.add(logged).ifPresent(first -> log.trim(run, first)
                .onFailure(failure -> LOG.atWarn().addKeyValue("run", run).setCause(failure)
                        .log("the log could not be trimmed")));
        durable = n;
        publication.durable(n);
        save();
    }

    /** A write failed; it may be tried again. */
    void saveFailed() {
        saving = 0;
    }

    /** Writes what is not durable, unless a write is under way. */
    void save() {
        if (saving > 0 || unsaved.isEmpty()) {
            return;
        }
        List<RunEvent> batch = new ArrayList<>();
        int bytes = 0;
        for (RunEvent event : unsaved) {
            if (bytes > 0 && bytes + event.weight() > MAX_BATCH_BYTES) {
                break;
            }
            batch.add(event);
            bytes += event.weight();
        }
        saving = batch.size();
        long last = batch.getLast().id().n();
        log.append(run, fence, batch).onComplete(done -> mailbox.accept(
                done.succeeded() ? new Signal.Saved(last, done.result()) : new Signal.SaveFailed(done.cause())));
    }

    private void take(List<RunEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        publication.publish(events);
        published = events.getLast().id().n();
        unsaved.addAll(events);
        events.forEach(event -> unsavedBytes += event.weight());
        save();
    }

    private RunEvent event(long n, EventType type, ObjectNode data) {
        return new RunEvent(new EventId(attempt, n), type, Buffer.buffer(data.toString()));
    }
}

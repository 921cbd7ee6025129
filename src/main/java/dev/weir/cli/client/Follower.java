package dev.weir.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/** Reads a run's events to their end: a broken connection is taken up again behind the last event, so none is missed or told twice. Blocking. */
public final class Follower {
    /** In a row, without one event between them. */
    private static final int MAX_TRIES = 30;
    private static final long PAUSE_NANOS = 500_000_000L;

    private final Gateway gateway;
    private final String path;
    private final BiConsumer<String, JsonNode> reader;
    private String last;
    private Optional<String> end = Optional.empty();

    /**
     * A follower of one run.
     *
     * @param after the event to begin behind, empty = from the first
     * @param reader gets the type and data of each event, in order
     */
    public Follower(Gateway gateway, String run, String after, BiConsumer<String, JsonNode> reader) {
        this.gateway = gateway;
        this.path = "/v1/runs/" + run + "/events";
        this.last = after;
        this.reader = reader;
    }

    /** The run's terminal status, such as {@code succeeded}; empty if it ended before where this began. */
    public Optional<String> follow() {
        int tries = 0;
        while (end.isEmpty()) {
            String before = last;
            try {
                Optional<InputStream> stream = gateway.events(path, last);
                if (stream.isEmpty()) {
                    return end;
                }
                try (InputStream events = stream.get()) {
                    read(new EventLines(events));
                }
            } catch (IOException _) {
                // taken up again below
            } catch (ClientException refused) {
                if (refused.exitCode() != ExitStatus.UNAVAILABLE) {
                    throw refused;
                }
            }
            tries = last.equals(before) ? tries + 1 : 0;
            if (tries >= MAX_TRIES) {
                throw new ClientException(ExitStatus.UNAVAILABLE,
                        "the stream broke and cannot be taken up again; the run goes on");
            }
            if (end.isEmpty()) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        return end;
    }

    private void read(EventLines events) throws IOException {
        for (var event = events.next(); event.isPresent(); event = events.next()) {
            String type = event.get().type();
            reader.accept(type, event.get().data());
            last = event.get().id().isEmpty() ? last : event.get().id();
            switch (type) {
                case "run.succeeded", "run.failed", "run.cancelled", "run.timed_out", "run.throttled" -> {
                    end = Optional.of(type.substring("run.".length()));
                    return;
                }
                default -> { // there is more
                }
            }
        }
    }
}

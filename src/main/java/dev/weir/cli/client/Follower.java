package dev.weir.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Reads a run's events to their end: a broken connection is taken up again behind the last event, so none is missed or told twice. Blocking. */
public final class Follower {
    private static final Pattern ID = Pattern.compile("[0-9]{1,9}-[0-9]{1,18}");

    private final Gateway gateway;
    private final String path;
    private final BiConsumer<String, JsonNode> reader;
    private final Patience patience;
    private String last;
    private Optional<String> end = Optional.empty();

    /**
     * How long to bear with a gateway.
     *
     * @param silence after which a connection counts as broken; gateways send a comment every 15 s
     * @param pause before a connection is tried anew
     * @param tries in a row, without one event between them
     */
    record Patience(Duration silence, Duration pause, int tries) {
        static final Patience USUAL = new Patience(Duration.ofSeconds(60), Duration.ofMillis(500), 60);
    }

    /**
     * A follower of one run.
     *
     * @param after the event to begin behind, empty = from the first
     * @param reader gets the type and data of each event, in order
     */
    public Follower(Gateway gateway, String run, String after, BiConsumer<String, JsonNode> reader) {
        this(gateway, run, after, reader, Patience.USUAL);
    }

    Follower(Gateway gateway, String run, String after, BiConsumer<String, JsonNode> reader, Patience patience) {
        this.gateway = gateway;
        this.path = "/v1/runs/" + run + "/events";
        this.last = after;
        this.reader = reader;
        this.patience = patience;
    }

    /** The run's terminal status, such as {@code succeeded}; empty if it ended before where this began. */
    public Optional<String> follow() {
        int tries = 0;
        while (end.isEmpty()) {
            String before = last;
            if (!connected()) {
                return end;
            }
            tries = last.equals(before) ? tries + 1 : 0;
            if (end.isEmpty() && tries >= patience.tries()) {
                throw new ClientException(ExitCode.UNAVAILABLE,
                        "the stream broke and cannot be taken up again; the run goes on");
            }
            if (end.isEmpty()) {
                LockSupport.parkNanos(patience.pause().toNanos());
            }
        }
        return end;
    }

    /** One connection, to its end; false if the gateway says that there are no more events. */
    private boolean connected() {
        try {
            Optional<InputStream> stream = gateway.events(path, last);
            if (stream.isPresent()) {
                read(stream.get());
            }
            return stream.isPresent();
        } catch (JsonProcessingException other) {
            throw ClientException.noGateway(gateway.server(), "an event of the stream is no JSON");
        } catch (IOException _) {
            return true; // it is taken up again
        } catch (ClientException refused) {
            if (!refused.isPassing()) {
                throw refused;
            }
            return true;
        }
    }

    private void read(InputStream stream) throws IOException {
        EventLines events = new EventLines(stream);
        Thread watch = Thread.ofVirtual().start(() -> closeWhenSilent(events, stream));
        try (stream) {
            for (var event = events.next(); event.isPresent() && end.isEmpty(); event = events.next()) {
                take(event.get());
                if (end.isPresent()) {
                    return;
                }
            }
        } finally {
            watch.interrupt();
        }
    }

    private void take(EventLines.Event event) {
        reader.accept(event.type(), event.data());
        last = ID.matcher(event.id()).matches() ? event.id() : last;
        switch (event.type()) {
            case "run.succeeded", "run.failed", "run.cancelled", "run.timed_out", "run.throttled" ->
                end = Optional.of(event.type().substring("run.".length()));
            default -> { // there is more
            }
        }
    }

    /** A laptop that slept, or a cable that was pulled: nobody says that such a connection is over. */
    private void closeWhenSilent(EventLines events, InputStream stream) {
        try {
            while (events.silence() < patience.silence().toNanos()) {
                Thread.sleep(patience.silence().dividedBy(4).plusMillis(1));
            }
            stream.close();
        } catch (InterruptedException _) {
            // it was read to its end
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

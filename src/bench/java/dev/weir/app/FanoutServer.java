package dev.weir.app;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.EventType;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.feed.Publication;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The real gateway, for measuring what its streams cost: only the microVM is a stand-in, in this process, that says what is sent to a port of
 * its own. When ready it prints one line, {@code {"api":URL,"key":KEY,"run":RUN,"publish":PORT,"pid":PID}}. A POST to the publishing port
 * with one JSON value per line makes each of them an event of the run; a POST to {@code /new} there ends the run and starts the next,
 * {@code {"run":RUN}}. Ends when its standard input does.
 */
public final class FanoutServer {
    private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();

    private final LineRuntime microVm = new LineRuntime(this::hold);
    private final List<String> lines = new ArrayList<>();
    private final boolean direct;
    private final BenchGateway gateway;
    private volatile HttpServerRequest publisher;
    private Publication publication;
    private long published;

    private FanoutServer(boolean direct, List<String> settings) throws IOException, InterruptedException {
        this.direct = direct;
        this.gateway = new BenchGateway(microVm, settings, log -> log);
    }

    /**
     * Runs until standard input ends.
     *
     * @param args {@code --direct} gives the lines to the feed itself, past the run's execution and the log; the others are settings,
     *     {@code key=value}
     */
    public static void main(String[] args) throws Exception {
        List<String> settings = new ArrayList<>(List.of(args));
        FanoutServer server = new FanoutServer(settings.remove("--direct"), settings);
        try (BenchGateway gateway = server.gateway) {
            String run = server.begin();
            int port = gateway.vertx().createHttpServer().requestHandler(server::serve).listen(0, "127.0.0.1").await()
                    .actualPort();
            System.out.println(
                    new JsonObject().put("api", gateway.base().toString()).put("key", gateway.key()).put("run", run)
                            .put("publish", port).put("pid", ProcessHandle.current().pid()).encode());
            while (System.in.read() >= 0) {
                // until whoever started this ends, or closes it
            }
            server.end();
        }
        System.exit(0);
    }

    private void serve(HttpServerRequest request) {
        if (request.path().equals("/new")) {
            Thread.ofVirtual().start(() -> {
                try {
                    end();
                    request.response().end(new JsonObject().put("run", begin()).encode());
                } catch (IOException | InterruptedException failure) {
                    request.response().setStatusCode(500).end(failure.toString());
                }
            });
            return;
        }
        publisher = request;
        request.handler(RecordParser.newDelimited("\n", line -> {
            if (lines.isEmpty()) {
                // All that came in this turn of the loop is said at once, as a runner does.
                gateway.vertx().runOnContext(_ -> flush());
            }
            lines.add(line.toString());
        }));
        request.endHandler(_ -> request.response().end());
    }

    private void hold(boolean held) {
        HttpServerRequest request = publisher;
        if (request != null && held) {
            request.pause();
        } else if (request != null) {
            request.resume();
        }
    }

    private void flush() {
        if (direct) {
            publication.publish(lines.stream().map(line -> new RunEvent(new EventId(1, ++published), EventType.MESSAGE,
                    Buffer.buffer("{\"message\":" + line + "}"))).toList());
            publication.durable(published);
        } else {
            microVm.say(lines);
        }
        lines.clear();
    }

    private String begin() throws IOException, InterruptedException {
        String run = gateway.invoke();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!microVm.isTaken()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the run was not taken up");
            }
            LockSupport.parkNanos(1_000_000);
        }
        if (direct) {
            published = 1; // run.started
            publication = gateway.gateway().features().feeds().publish(new RunId(run), 1, published, published);
        }
        return run;
    }

    private void end() {
        if (publication != null) {
            publication.abandon();
            publication = null;
        }
        microVm.end();
    }
}

package dev.weir.edge.stream;

import static org.awaitility.Awaitility.await;

import dev.weir.config.ServerConfig;
import dev.weir.config.StreamsConfig;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.Run.Claim;
import dev.weir.feature.run.RunOrder;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.EventType;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.feed.Batch;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** A real listener with the two stream routes over a scripted source. */
final class StreamServer implements AutoCloseable {
    static final RunId RUN = new RunId("run_1");
    static final int LARGE = 6 * 1024 * 1024;

    final Script script = new Script();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final AtomicReference<Future<?>> cancellation = new AtomicReference<>(Future.succeededFuture());
    final AtomicInteger cancels = new AtomicInteger();
    final RunStreams streams;
    final int port;
    private final Vertx vertx = Vertx.vertx();

    StreamServer() throws Exception {
        this(StreamsConfig.DEFAULT);
    }

    StreamServer(StreamsConfig config) throws Exception {
        this(config, Duration.ofMinutes(1));
    }

    StreamServer(StreamsConfig config, Duration idle) throws Exception {
        streams = new RunStreams(script, this::cancel, config, idle, registry);
        Router router = Router.router(vertx);
        router.get("/events").handler(ctx -> streams.sse(ctx, run(ctx), after(ctx)));
        router.get("/large").handler(ctx -> ctx.end(Buffer.buffer(new byte[LARGE])));
        router.get("/socket").handler(ctx -> {
            // As a route does that looks the run up first.
            ctx.request().pause();
            vertx.runOnContext(_ -> streams.socket(ctx, run(ctx), after(ctx)));
        });
        router.route().failureHandler(StreamServer::problem);
        ServerConfig server = new ServerConfig("127.0.0.1", 0, "", Duration.ofMinutes(1), Duration.ofSeconds(10),
                16 * 1024, 1000, 1000, ServerConfig.DEFAULT.limits(), Duration.ZERO);
        HttpServer http = vertx.createHttpServer(FrontDoor.options(server)).requestHandler(router);
        FrontDoor.guard(http, server);
        port = http.listen().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS).actualPort();
    }

    /** The subscription number {@code index}, once it is there. */
    Script.Reader reader(int index) {
        await().until(() -> script.readers.size() > index);
        return script.readers.get(index);
    }

    double open(String protocol) {
        return registry.get("weir.streams.open").tag("protocol", protocol).gauge().value();
    }

    static RunEvent event(int n, EventType type, String data) {
        return new RunEvent(new EventId(1, n), type, Buffer.buffer(data));
    }

    static Batch batch(RunEvent... events) {
        return new Batch(List.of(events));
    }

    private Supplier<Future<?>> cancel(RoutingContext ctx, RunId run) {
        return () -> {
            cancels.incrementAndGet();
            return cancellation.get();
        };
    }

    private static EventId after(RoutingContext ctx) {
        return Optional.ofNullable(ctx.request().getParam("after")).flatMap(EventId::parse).orElse(EventId.START);
    }

    private static Run run(RoutingContext ctx) {
        RunStatus status = ctx.request().getParam("queued") == null ? RunStatus.RUNNING : RunStatus.QUEUED;
        RunOrder none = null;
        return new Run(RUN, none, status, 1, new Claim(1, Instant.EPOCH, Optional.empty(), Optional.empty()),
                Optional.empty(),
                Optional.empty(), List.of(), Optional.empty());
    }

    private static void problem(RoutingContext ctx) {
        int status = switch (ProblemException.problemOf(ctx.failure())) {
            case Problem.Invalid _ -> 400;
            case Problem.Unavailable _ -> 503;
            default -> 500;
        };
        ctx.response().setStatusCode(status).end();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }
}

package dev.weir.edge.stream;

import dev.weir.config.StreamsConfig;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * A run's live output to one client, as server-sent events or over a WebSocket. A client that leaves costs its own stream, never the run.
 * What a client has not taken yet stays in the run's log: beyond {@link #WRITE_QUEUE} bytes nothing more is written to it until it reads.
 */
public final class RunStreams {
    /** The WebSocket subprotocol; a client that offers none is taken too. */
    public static final String SUBPROTOCOL = "weir.run.v1";

    /** Unsent bytes of one client at which writing to it stops; at half of it, it goes on. */
    static final int WRITE_QUEUE = 64 * 1024;

    /** As Vert.x makes it of a queue size. */
    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(WRITE_QUEUE / 2, WRITE_QUEUE);

    /** How long a client may take to read the last bytes of a stream that ends early. */
    static final Duration FAREWELL = Duration.ofSeconds(2);

    static final String RESET = "stream.reset";

    private static final int SWEEPS_PER_BEAT = 4;

    private final BiFunction<RoutingContext, RunId, Supplier<Future<?>>> cancel;
    private final StreamsConfig config;
    private final OpenStream.Terms sse;
    private final OpenStream.Terms socket;
    private final Map<EventLoop, Loop> loops = new ConcurrentHashMap<>();
    private volatile boolean draining;

    /**
     * @param cancel gives what asks for a run to end on behalf of the client of a WebSocket, now or later; that checks that the client
     *               may, and fails with {@link Problem.Forbidden} if not
     * @param idle how long a client may leave what waits for it, without taking a byte
     */
    public RunStreams(
            Source source,
            BiFunction<RoutingContext, RunId, Supplier<Future<?>>> cancel,
            StreamsConfig config,
            Duration idle,
            MeterRegistry registry) {
        this.cancel = cancel;
        this.config = config;
        this.sse = new OpenStream.Terms(source, config, idle, new StreamMeters(registry, "sse"));
        this.socket = new OpenStream.Terms(source, config, idle, new StreamMeters(registry, "websocket"));
    }

    /** Answers with the events after {@code after} until the run is over. The request must be authorised; nothing may be written yet. */
    public void sse(RoutingContext ctx, Run run, EventId after) {
        if (draining) {
            SseStream.sendAway(ctx.response());
            return;
        }
        HttpServerRequest request = ctx.request();
        ChannelHandlerContext channel = vertxHandler(request);
        Loop loop = loop(channel);
        loop.run(() -> SseStream.open(request, channel, run, after, loop, sse));
    }

    /**
     * Upgrades the request and sends the events after {@code after} until the run is over. The request must be authorised, and paused since
     * it arrived if the authorisation took time; {@code ctx} fails with {@code Invalid} if it is no upgrade that we can answer.
     */
    public void socket(RoutingContext ctx, Run run, EventId after) {
        if (draining) {
            ctx.fail(new ProblemException(
                    new Problem.Unavailable("this gateway is about to stop", Duration.ofSeconds(1), "")));
            return;
        }
        try {
            SocketHandshake.check(ctx.request(), SUBPROTOCOL);
        } catch (ProblemException e) {
            ctx.fail(e);
            return;
        }
        ChannelHandlerContext http = vertxHandler(ctx.request());
        // Made now: it must not hold on to the request for as long as the stream lives.
        Supplier<Future<?>> cancellation = cancel.apply(ctx, run.id());
        ctx.request().toWebSocket().onFailure(ctx::fail).onSuccess(_ -> {
            // The upgrade puts another handler in the place of the one for HTTP.
            ChannelHandlerContext channel = http.pipeline().context(http.name());
            new SocketStream(run, after, cancellation, loop(channel), this.socket).open(channel);
        });
    }

    /**
     * Sends every client away, spread at random over {@code spread}, so that they come back and resume elsewhere; from now on new
     * WebSockets are refused, and new event streams end at once in the same way. Done when no stream is left, at most {@code spread} and two seconds later.
     */
    public Future<Void> drain(Duration spread) {
        draining = true;
        List<Future<Void>> drained = loops.values().stream().map(loop -> loop.drain(spread)).toList();
        return Future.join(drained).mapEmpty();
    }

    /** When to break a silence so that it has not lasted longer than {@code bound} by the next sweep. */
    static Duration due(Duration bound) {
        return bound.minus(bound.dividedBy(SWEEPS_PER_BEAT));
    }

    private static ChannelHandlerContext vertxHandler(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channelHandlerContext();
    }

    private Loop loop(ChannelHandlerContext channel) {
        Duration shorter = config.heartbeat().compareTo(config.ping()) < 0 ? config.heartbeat() : config.ping();
        return loops.computeIfAbsent(channel.channel().eventLoop(),
                eventLoop -> new Loop(eventLoop, shorter.dividedBy(SWEEPS_PER_BEAT)));
    }
}

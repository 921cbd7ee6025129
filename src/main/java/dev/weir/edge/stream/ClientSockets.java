package dev.weir.edge.stream;

import dev.weir.config.StreamsConfig;
import dev.weir.feature.agent.MessageSocket;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** WebSockets on which clients talk with something behind the gateway. How many one principal, and all together, may have is bounded. */
public final class ClientSockets {
    /** Of one principal; a terminal or an editor is one. */
    public static final int MOST_PER_PRINCIPAL = 64;
    /** Of all. */
    public static final int MOST = 2_000;

    private static final int SWEEPS_PER_BEAT = 4;

    private final StreamsConfig config;
    private final ToIntFunction<Throwable> closeCodes;
    private final Map<EventLoop, Loop> loops = new ConcurrentHashMap<>();
    private final Map<Caller, Integer> byPrincipal = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean draining;

    /** @param closeCodes what a WebSocket is closed with when something fails */
    public ClientSockets(StreamsConfig config, ToIntFunction<Throwable> closeCodes, MeterRegistry registry) {
        this.config = config;
        this.closeCodes = closeCodes;
        Gauge.builder("weir.agent.sockets", open, AtomicInteger::get)
                .description("Clients that talk with agents or have terminals")
                .register(registry);
    }

    /**
     * What is spoken on a WebSocket.
     *
     * @param text messages are text, or else binary
     * @param maxMessage bytes of one
     * @param skips how many messages of the other sort are passed over
     */
    public record Speech(boolean text, int maxMessage, int skips) {}

    /**
     * Upgrades the request, with {@code headers} in the answer, and gives the client to {@code service}. The request must be authorised, and
     * paused since it arrived if that took time; {@code ctx} fails if it is no upgrade that we can answer, or there are too many.
     */
    public void open(RoutingContext ctx, Caller principal, Speech speech, MultiMap headers,
            Function<MessageSocket, MessageSocket.Listener> service) {
        try {
            SocketHandshake.check(ctx.request());
            admit(principal);
        } catch (ProblemException e) {
            ctx.fail(e);
            return;
        }
        ChannelHandlerContext http = ((ConnectionBase) ctx.request().connection()).channelHandlerContext();
        ctx.response().headers().addAll(headers);
        ctx.request().toWebSocket().onFailure(failure -> {
            leave(principal);
            ctx.fail(failure);
        }).onSuccess(socket -> {
            // The upgrade puts another handler in the place of the one for HTTP.
            ChannelHandlerContext channel = http.pipeline().context(http.name());
            ClientSocket client = new ClientSocket(socket, channel,
                    new SocketInbound.Form(speech.text(), speech.maxMessage(), speech.skips()), loop(channel), config,
                    closeCodes);
            client.open(service, () -> leave(principal));
            if (draining) { // which may have begun since the client was admitted
                client.drain();
            }
        });
    }

    /** Sends every client away, spread over {@code spread}; new ones are refused from now on. Done when none is left. */
    public Future<Void> drain(Duration spread) {
        draining = true;
        List<Future<Void>> drained = loops.values().stream().map(loop -> loop.drain(spread)).toList();
        return Future.join(drained).mapEmpty();
    }

    private void admit(Caller principal) {
        if (draining || open.getAndUpdate(n -> n < MOST ? n + 1 : n) >= MOST) {
            throw new ProblemException(new Problem.Unavailable(
                    draining ? "this gateway is about to stop" : "too many connections to agents",
                    Duration.ofSeconds(1), ""));
        }
        boolean[] admitted = new boolean[1];
        byPrincipal.compute(principal, (_, n) -> {
            admitted[0] = n == null || n < MOST_PER_PRINCIPAL;
            return admitted[0] ? Integer.valueOf(n == null ? 1 : n + 1) : n;
        });
        if (!admitted[0]) {
            open.decrementAndGet();
            throw new ProblemException(new Problem.QuotaExceeded(
                    "you have " + MOST_PER_PRINCIPAL + " connections to agents already", Duration.ofSeconds(1), ""));
        }
    }

    private void leave(Caller principal) {
        byPrincipal.compute(principal, (_, n) -> n == null || n == 1 ? null : Integer.valueOf(n - 1));
        open.decrementAndGet();
    }

    private Loop loop(ChannelHandlerContext channel) {
        return loops.computeIfAbsent(channel.channel().eventLoop(),
                eventLoop -> new Loop(eventLoop, config.ping().dividedBy(SWEEPS_PER_BEAT)));
    }
}

package dev.weir.edge.stream;

import dev.weir.feature.run.RecordEvents;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.feed.Batch;
import dev.weir.feature.run.feed.Subscriber;
import dev.weir.feature.run.feed.Subscription;
import dev.weir.wire.sse.SseFrames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client that reads a run as server-sent events. Confined to its loop. */
final class SseStream implements Subscriber, OpenStream, Outlet.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(SseStream.class);
    private static final Duration AGAIN = Duration.ofMillis(100);

    private final Outlet outlet = Outlet.alone(this);
    private final SseEncoding encoding;
    private final RunId run;
    private final Loop loop;
    private final Terms terms;
    private Start start;
    private Subscription subscription;
    private long lastWrite;
    private boolean over;
    private boolean gone;

    private SseStream(Run run, EventId after, SseEncoding encoding, Loop loop, Terms terms) {
        this.run = run.id();
        this.start = new Start(after, run.status() == RunStatus.QUEUED);
        this.encoding = encoding;
        this.loop = loop;
        this.terms = terms;
    }

    /**
     * Answers as a stream that is drained at once. Any status but 200 would make an EventSource give up for good (WHATWG HTML, 9.2.3), and
     * one that was sent away a second ago may well come back to a gateway that has not stopped yet.
     */
    static void sendAway(HttpServerResponse response) {
        head(response).end(farewell());
    }

    /** The stream's end is the connection's: a client that has read for an hour can afford another connection. */
    private static HttpServerResponse head(HttpServerResponse response) {
        return response.putHeader("Content-Type", "text/event-stream; charset=utf-8")
                .putHeader("Cache-Control", "no-cache, no-transform")
                .putHeader("X-Accel-Buffering", "no")
                .putHeader("Connection", "close");
    }

    /** Sends the head, takes the connection, and streams. */
    static void open(HttpServerRequest request, ChannelHandlerContext vertx, Run run, EventId after, Loop loop,
            Terms terms) {
        if (!vertx.channel().isActive()) {
            return;
        }
        if (!vertx.channel().isWritable()) {
            // Answers to earlier requests of this connection are still on their way. Vert.x watches whether they move.
            loop.later(AGAIN, () -> open(request, vertx, run, after, loop, terms));
            return;
        }
        SseEncoding encoding = request.version() == HttpVersion.HTTP_1_0 ? SseEncoding.PLAIN : SseEncoding.CHUNKED;
        SseStream stream = new SseStream(run, after, encoding, loop, terms);
        head(request.response()).setChunked(encoding.isChunked());
        vertx.channel().config().setWriteBufferWaterMark(RunStreams.WATER_MARK);
        Takeover.of(request, vertx, stream.outlet);
    }

    @Override
    public void opened() {
        Start from = start;
        start = null;
        loop.add(this);
        terms.meters().opened();
        Buffer preamble = Buffer.buffer();
        SseFrames.retry(preamble, terms.config().retry());
        if (from.queued()) {
            var queued = RecordEvents.queued(run);
            SseFrames.event(preamble, "", queued.type().wireName(), queued.data());
        }
        send(encoding.constant(preamble));
        subscription = terms.source().subscribe(run, from.after(), loop, this);
    }

    @Override
    public boolean isWritable() {
        return outlet.isWritable();
    }

    @Override
    public void write(Batch batch) {
        send(batch.as(encoding.events));
        terms.meters().delivered(batch.events().size());
    }

    @Override
    public void reset() {
        send(encoding.reset);
    }

    @Override
    public void end() {
        over = true;
        outlet.end(encoding.end.duplicate());
    }

    @Override
    public void fail(Throwable cause) {
        LOG.warn("stream of {} interrupted", run, cause);
        over = true;
        send(encoding.interrupted);
        finishSoon();
    }

    @Override
    public void drain() {
        if (over) {
            killSoon();
        } else {
            cancel();
            send(encoding.constant(farewell()));
            finishSoon();
        }
    }

    /** Asks to come back at a moment of its own, so that not all come at once. */
    private static Buffer farewell() {
        Buffer farewell = Buffer.buffer();
        SseFrames.retry(farewell, Duration.ofMillis(ThreadLocalRandom.current().nextInt(1000, 5001)));
        SseFrames.comment(farewell, "draining, come back");
        return farewell;
    }

    @Override
    public void beat(long now) {
        if (outlet.isStuck(now, terms.idle())) {
            outlet.kill();
        } else if (!over && outlet.isWritable()
                && now - lastWrite >= RunStreams.due(terms.config().heartbeat()).toNanos()) {
            // What is not writable is not silent either: its bytes are on the way.
            send(encoding.heartbeat);
        }
    }

    @Override
    public void writable() {
        if (subscription != null && !over) {
            subscription.resume();
        }
    }

    @Override
    public void closed() {
        if (!over) {
            cancel();
        }
        if (!gone) {
            gone = true;
            terms.meters().closed();
            loop.remove(this);
        }
    }

    private void cancel() {
        over = true;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    private void send(ByteBuf bytes) {
        outlet.write(bytes);
        lastWrite = System.nanoTime();
    }

    private void finishSoon() {
        outlet.end(encoding.end.duplicate());
        killSoon();
    }

    /** A client that does not read would hold the last bytes, and with them the drain, for ever. */
    private void killSoon() {
        loop.later(RunStreams.FAREWELL, () -> {
            if (!gone) {
                outlet.kill();
            }
        });
    }
}

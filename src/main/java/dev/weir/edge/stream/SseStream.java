package dev.weir.edge.stream;

import dev.weir.config.StreamsConfig;
import dev.weir.feature.run.RecordEvents;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.event.EventId;
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
    private static final ByteBuf HEARTBEAT = comment("heartbeat");
    private static final ByteBuf INTERRUPTED = comment("interrupted, come back");
    private static final ByteBuf RESET = reset("unknown_cursor");

    private final HttpServerResponse response;
    private final boolean reusable;
    private final Run run;
    private final Loop loop;
    private final StreamsConfig config;
    private final StreamMeters meters;
    private Outlet outlet;
    private Subscription subscription;
    private long lastWrite = System.nanoTime();
    private boolean over;
    private boolean gone;

    SseStream(HttpServerRequest request, Run run, Loop loop, StreamsConfig config, StreamMeters meters) {
        this.response = request.response();
        this.reusable = request.version() != HttpVersion.HTTP_1_0;
        this.run = run;
        this.loop = loop;
        this.config = config;
        this.meters = meters;
    }

    /**
     * Answers as a stream that is drained at once. Any status but 200 would make an EventSource give up for good (WHATWG HTML, 9.2.3), and
     * one that was sent away a second ago may well come back to a gateway that has not stopped yet.
     */
    static void sendAway(HttpServerResponse response) {
        head(response).putHeader("Connection", "close").end(farewell());
    }

    private static HttpServerResponse head(HttpServerResponse response) {
        return response.putHeader("Content-Type", "text/event-stream; charset=utf-8")
                .putHeader("Cache-Control", "no-cache, no-transform")
                .putHeader("X-Accel-Buffering", "no");
    }

    /** Sends the head and what comes before the first event, then subscribes: nothing of the stream may overtake the head. */
    void open(ChannelHandlerContext vertx, Source source, EventId after) {
        outlet = Outlet.open(vertx, this);
        loop.add(this);
        meters.opened();
        response.setWriteQueueMaxSize(RunStreams.WRITE_QUEUE);
        head(response).setChunked(true);
        if (!reusable) {
            // Without chunks only the end of the connection says that the stream is over.
            response.putHeader("Connection", "close");
        }
        Buffer preamble = Buffer.buffer();
        SseFrames.retry(preamble, config.retry());
        if (run.status() == RunStatus.QUEUED) {
            var queued = RecordEvents.queued(run.id());
            SseFrames.event(preamble, "", queued.type().wireName(), queued.data());
        }
        response.write(preamble).onSuccess(_ -> loop.run(() -> subscribe(source, after)));
    }

    private void subscribe(Source source, EventId after) {
        if (!over) {
            subscription = source.subscribe(run.id(), after, loop, this);
        }
    }

    @Override
    public boolean isWritable() {
        return outlet.isWritable();
    }

    @Override
    public void write(Batch batch) {
        send(batch.as(Encodings.SSE));
        meters.delivered(batch.events().size());
    }

    @Override
    public void reset() {
        send(RESET);
    }

    @Override
    public void end() {
        over = true;
        finish(reusable);
    }

    @Override
    public void fail(Throwable cause) {
        LOG.warn("stream of {} interrupted", run.id(), cause);
        over = true;
        send(INTERRUPTED);
        finish(false);
    }

    @Override
    public void drain() {
        if (over) {
            return;
        }
        cancel();
        send(Encodings.shared(farewell()));
        finish(false);
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
        // What is not writable is not silent either: its bytes are on the way, and the idle time-out watches whether they move.
        if (!over && outlet.isWritable() && now - lastWrite >= RunStreams.due(config.heartbeat()).toNanos()) {
            send(HEARTBEAT);
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
        forget();
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

    private void finish(boolean keepConnection) {
        response.end().onComplete(_ -> loop.run(() -> {
            if (!keepConnection) {
                outlet.kill();
            }
            forget();
        }));
        if (!keepConnection) {
            // A client that does not read would hold the last bytes, and with them the drain, for ever.
            loop.later(RunStreams.FAREWELL, () -> {
                if (!gone) {
                    outlet.kill();
                }
            });
        }
    }

    private void forget() {
        if (!gone) {
            gone = true;
            outlet.remove();
            meters.closed();
            loop.remove(this);
        }
    }

    private static ByteBuf comment(String text) {
        Buffer bytes = Buffer.buffer();
        SseFrames.comment(bytes, text);
        return Encodings.shared(bytes);
    }

    private static ByteBuf reset(String reason) {
        Buffer bytes = Buffer.buffer();
        SseFrames.event(bytes, "", RunStreams.RESET, Buffer.buffer("{\"reason\":\"" + reason + "\"}"));
        return Encodings.shared(bytes);
    }
}

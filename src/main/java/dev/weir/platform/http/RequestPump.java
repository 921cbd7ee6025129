package dev.weir.platform.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Moves a request body from its publisher to the connection, one element at a time: the next is asked for when the last is on the wire.
 * Signals may come from any thread and are handled on the exchange's context.
 */
final class RequestPump implements Subscriber<ByteBuffer> {
    private final Context context;
    private final HttpClientRequest request;
    private final long size;
    private final Runnable progressed;
    private final Consumer<Throwable> failed;

    private Subscription subscription;
    private long sent;
    private boolean writing;
    private boolean finished;
    private boolean closed;

    /**
     * @param size the announced Content-Length, or -1 for a chunked body
     * @param progressed called when bytes went out, and when the body is complete
     */
    RequestPump(Context context, HttpClientRequest request, long size, Runnable progressed,
            Consumer<Throwable> failed) {
        this.context = context;
        this.request = request;
        this.size = size;
        this.progressed = progressed;
        this.failed = failed;
    }

    /** The whole body was handed to the connection. */
    boolean finished() {
        return finished;
    }

    /** The peer is what we wait for: it has to take bytes, or has the whole body. */
    boolean waitsForPeer() {
        return writing || finished;
    }

    /** Wants no more of the body. */
    void close() {
        closed = true;
        if (subscription != null && !finished) {
            subscription.cancel();
        }
    }

    @Override
    public void onSubscribe(Subscription offered) {
        context.runOnContext(v -> {
            if (closed || subscription != null) {
                offered.cancel();
            } else {
                subscription = offered;
                offered.request(1);
            }
        });
    }

    @Override
    public void onNext(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        context.runOnContext(v -> write(Buffer.buffer(copy)));
    }

    @Override
    public void onComplete() {
        context.runOnContext(v -> end());
    }

    @Override
    public void onError(Throwable failure) {
        context.runOnContext(v -> fail(failure));
    }

    private void write(Buffer bytes) {
        if (closed || finished) {
            return;
        }
        if (bytes.length() == 0) {
            subscription.request(1);
            return;
        }
        sent += bytes.length();
        if (size >= 0 && sent > size) {
            fail(new IOException("the request body is longer than its Content-Length"));
            return;
        }
        writing = true;
        progressed.run();
        request.write(bytes).onComplete(v -> written(), this::fail);
    }

    private void written() {
        writing = false;
        if (!closed) {
            progressed.run();
            subscription.request(1);
        }
    }

    private void end() {
        if (closed || finished) {
            return;
        }
        if (size >= 0 && sent < size) {
            fail(new IOException("the request body is shorter than its Content-Length"));
            return;
        }
        finished = true;
        progressed.run();
        request.end().onFailure(this::fail);
    }

    private void fail(Throwable failure) {
        if (!closed) {
            failed.accept(failure);
        }
    }
}

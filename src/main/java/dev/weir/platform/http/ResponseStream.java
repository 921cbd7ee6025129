package dev.weir.platform.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A response body as a publisher for one subscriber. It reads one buffer ahead of the demand and no more: the end of a response is an
 * item of its own in Vert.x's queue, so without that one the end would wait for a demand nobody owes.
 */
final class ResponseStream implements Publisher<ByteBuffer>, Subscription {
    private final Context context;
    private final HttpClientResponse response;
    private final Runnable demanded;
    private final Consumer<Throwable> failed;
    private final AtomicReference<Subscriber<? super ByteBuffer>> subscriber = new AtomicReference<>();

    private boolean attached;
    private boolean done;
    private long demand;
    private Buffer ahead;
    private boolean ended;
    private Runnable completed = () -> {};
    private Throwable failure;

    /**
     * Call on {@code context}, with the response not yet read from.
     *
     * @param demanded called when the subscriber asks for more
     * @param failed called when the subscriber cancels or breaks the rules: the exchange is then to be given up
     */
    ResponseStream(Context context, HttpClientResponse response, Runnable demanded, Consumer<Throwable> failed) {
        this.context = context;
        this.response = response;
        this.demanded = demanded;
        this.failed = failed;
    }

    /** The subscriber waits for bytes, so the peer owes some. */
    boolean waitsForPeer() {
        return demand > 0 && !ended;
    }

    /** Takes a buffer off the wire. */
    void arrived(Buffer bytes) {
        if (!done) {
            ahead = bytes;
            deliver();
        }
    }

    /** The body is whole; {@code afterwards} runs once the subscriber has been told. */
    void finish(Runnable afterwards) {
        ended = true;
        completed = afterwards;
        deliver();
    }

    /** The exchange has failed; what was read ahead is dropped. */
    void fail(Throwable cause) {
        if (!done && failure == null) {
            failure = cause;
            deliver();
        }
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> candidate) {
        Objects.requireNonNull(candidate);
        if (!subscriber.compareAndSet(null, candidate)) {
            candidate.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {}
            });
            candidate.onError(new IllegalStateException("a response body has one subscriber only"));
            return;
        }
        candidate.onSubscribe(this);
        context.runOnContext(v -> {
            attached = true;
            response.fetch(1);
            deliver();
        });
    }

    @Override
    public void request(long n) {
        context.runOnContext(v -> {
            if (done) {
                return;
            }
            if (n <= 0) {
                failed.accept(new IllegalArgumentException("demand must be positive"));
                return;
            }
            demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            demanded.run();
            deliver();
        });
    }

    @Override
    public void cancel() {
        context.runOnContext(v -> {
            if (!done) {
                done = true;
                failed.accept(new CancelledBySubscriber());
            }
        });
    }

    private void deliver() {
        if (done || !attached) {
            return;
        }
        try {
            if (failure != null) {
                done = true;
                subscriber.get().onError(failure);
            } else if (ahead != null && demand > 0) {
                handOver();
            } else if (ahead == null && ended) {
                done = true;
                subscriber.get().onComplete();
                completed.run();
            }
        } catch (RuntimeException broken) {
            done = true;
            failed.accept(broken);
        }
    }

    private void handOver() {
        ByteBuffer bytes = ByteBuffer.wrap(ahead.getBytes());
        ahead = null;
        if (demand != Long.MAX_VALUE) {
            demand--;
        }
        subscriber.get().onNext(bytes);
        if (ended) {
            deliver();
        } else {
            response.fetch(1);
        }
    }

    /** The subscriber wants no more; not a failure of the network. */
    static final class CancelledBySubscriber extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CancelledBySubscriber() {
            super("the subscriber cancelled the response", null, false, false);
        }
    }
}

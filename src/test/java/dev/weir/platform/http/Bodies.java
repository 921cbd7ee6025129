package dev.weir.platform.http;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.async.SdkHttpContentPublisher;

/** Request bodies: a publisher that gives exactly what is asked for, and counts. */
final class Bodies implements SdkHttpContentPublisher {
    final AtomicInteger given = new AtomicInteger();
    final AtomicBoolean cancelled = new AtomicBoolean();

    private final byte[] bytes;
    private final int piece;
    private final Optional<Long> length;
    private final boolean endless;

    private Bodies(byte[] bytes, int piece, Optional<Long> length, boolean endless) {
        this.bytes = bytes;
        this.piece = piece;
        this.length = length;
        this.endless = endless;
    }

    static Bodies none() {
        return new Bodies(new byte[0], 1, Optional.of(0L), false);
    }

    static Bodies sized(byte[] bytes) {
        return new Bodies(bytes, 16_384, Optional.of((long) bytes.length), false);
    }

    static Bodies announced(byte[] bytes, long length) {
        return new Bodies(bytes, 16_384, Optional.of(length), false);
    }

    static Bodies chunked(byte[] bytes) {
        return new Bodies(bytes, 10_000, Optional.empty(), false);
    }

    /** Gives the same piece again for as long as it is asked to. */
    static Bodies endless() {
        return new Bodies(new byte[64 * 1024], 64 * 1024, Optional.empty(), true);
    }

    static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Override
    public Optional<Long> contentLength() {
        return length;
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Subscription() {
            private int at;
            private boolean done;

            @Override
            public void request(long n) {
                for (long i = 0; i < n && at < bytes.length && !cancelled.get(); i++) {
                    int size = Math.min(piece, bytes.length - at);
                    ByteBuffer next = ByteBuffer.wrap(bytes, at, size);
                    at = endless ? 0 : at + size;
                    given.incrementAndGet();
                    subscriber.onNext(next);
                }
                if (at == bytes.length && !done) {
                    done = true;
                    subscriber.onComplete();
                }
            }

            @Override
            public void cancel() {
                cancelled.set(true);
            }
        });
    }
}

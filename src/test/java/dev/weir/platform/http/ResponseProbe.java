package dev.weir.platform.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.SdkAsyncHttpResponseHandler;

/** Takes a response as the SDK would, with a demand the test chooses, and remembers what it was told. */
final class ResponseProbe implements SdkAsyncHttpResponseHandler, Subscriber<ByteBuffer> {
    final AtomicInteger elements = new AtomicInteger();
    final AtomicInteger completions = new AtomicInteger();
    final AtomicInteger streamErrors = new AtomicInteger();
    final AtomicInteger errors = new AtomicInteger();
    volatile SdkHttpResponse head;
    volatile Subscription subscription;
    volatile Throwable error;

    private final long demand;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    ResponseProbe(long demand) {
        this.demand = demand;
    }

    synchronized byte[] body() {
        return body.toByteArray();
    }

    @Override
    public void onHeaders(SdkHttpResponse headers) {
        head = headers;
    }

    @Override
    public void onStream(Publisher<ByteBuffer> stream) {
        stream.subscribe(this);
    }

    @Override
    public void onSubscribe(Subscription offered) {
        subscription = offered;
        if (demand > 0) {
            offered.request(demand);
        }
    }

    @Override
    public void onNext(ByteBuffer bytes) {
        synchronized (this) {
            while (bytes.hasRemaining()) {
                body.write(bytes.get());
            }
        }
        elements.incrementAndGet();
    }

    @Override
    public void onError(Throwable failure) {
        error = failure;
        if (subscription != null && streamErrors.get() == 0) {
            streamErrors.incrementAndGet(); // the stream is told before the handler
        } else {
            errors.incrementAndGet();
        }
    }

    @Override
    public void onComplete() {
        completions.incrementAndGet();
    }
}

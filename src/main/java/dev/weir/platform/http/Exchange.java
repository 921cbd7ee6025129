package dev.weir.platform.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.http.SdkCancellationException;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;

/** One request and its response. All state is confined to {@code context}, an event loop. */
final class Exchange {
    private final Context context;
    private final AsyncExecuteRequest order;
    private final CompletableFuture<Void> result = new CompletableFuture<>();
    private final SilenceWatch watch;

    private HttpClientRequest request;
    private RequestPump pump;
    private ResponseStream stream;
    private boolean over;

    Exchange(Vertx vertx, AsyncExecuteRequest order, Duration readTimeout) {
        this.context = EventLoops.here(vertx);
        this.order = order;
        this.watch = new SilenceWatch(vertx, readTimeout, this::peerOwes, () -> fail(
                new SocketTimeoutException("the server was silent for " + readTimeout.toMillis() + " ms")));
    }

    /** Completes when the response was delivered whole; completing it exceptionally from outside aborts the exchange. */
    CompletableFuture<Void> run(HttpClient client, RequestOptions options, long bodySize) {
        var _ = result.whenComplete((v, failure) -> {
            if (failure != null) {
                context.runOnContext(w -> fail(failure));
            }
        });
        context.runOnContext(v -> client.request(options).onComplete(
                connected -> send(connected, bodySize), this::fail));
        return result;
    }

    private void send(HttpClientRequest connected, long bodySize) {
        request = connected;
        pump = new RequestPump(context, request, bodySize, watch::touch, this::fail);
        if (over) {
            abort();
            return;
        }
        watch.start();
        request.exceptionHandler(this::fail).setChunked(bodySize < 0);
        request.response().onComplete(this::receive, this::fail);
        try {
            order.requestContentPublisher().subscribe(pump);
        } catch (RuntimeException broken) {
            fail(broken);
        }
    }

    private void receive(HttpClientResponse response) {
        if (over) {
            return;
        }
        watch.touch();
        response.pause();
        stream = new ResponseStream(context, response, watch::touch, this::fail);
        response.exceptionHandler(this::fail);
        response.endHandler(v -> stream.finish(this::complete));
        response.handler(bytes -> {
            watch.touch();
            stream.arrived(bytes);
        });
        SdkHttpFullResponse.Builder head = SdkHttpFullResponse.builder()
                .statusCode(response.statusCode())
                .statusText(response.statusMessage());
        response.headers().forEach(head::appendHeader);
        try {
            order.responseHandler().onHeaders(head.build());
            order.responseHandler().onStream(stream);
        } catch (RuntimeException broken) {
            fail(broken);
        }
    }

    private boolean peerOwes() {
        return stream == null ? pump.waitsForPeer() : stream.waitsForPeer();
    }

    private void complete() {
        if (over) {
            return;
        }
        over = true;
        watch.stop();
        if (!pump.finished()) {
            abort(); // answered before it had the whole body: the rest must not reach the next exchange
        }
        result.complete(null);
    }

    private void fail(Throwable cause) {
        if (over) {
            return;
        }
        over = true;
        watch.stop();
        Throwable known = named(cause);
        abort();
        if (stream != null) {
            stream.fail(known);
        }
        order.responseHandler().onError(known);
        result.completeExceptionally(known);
    }

    /**
     * Gives the connection up. With the request half sent it is closed; otherwise the stream is reset, which closes it only if the
     * response is still outstanding: a connection whose response was fully read may already serve another exchange.
     */
    private void abort() {
        if (request == null) {
            return;
        }
        boolean sent = pump.finished();
        pump.close();
        if (sent) {
            request.reset();
        } else {
            request.connection().close();
        }
    }

    /** What the SDK understands: I/O failures as IOException. Vert.x's own texts name the URL with its query, so they are not kept. */
    private static Throwable named(Throwable cause) {
        return switch (cause) {
            case IOException io -> io;
            case HttpClosedException closed ->
                new IOException("the connection closed before the response was complete");
            case TimeoutException late -> new SocketTimeoutException("no connection became free in time");
            case ResponseStream.CancelledBySubscriber cancelled -> new SdkCancellationException(cancelled.getMessage());
            case RuntimeException other when other.getClass().getName().startsWith("io.vertx") -> new IOException(
                    "the exchange failed: " + other.getClass().getSimpleName());
            default -> cause;
        };
    }

}

package dev.weir.platform.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;

/**
 * The AWS SDK's HTTP client on Java's own, for a command: it starts with a quarter less work and memory than event loops do. Bodies
 * stream with back-pressure. It has no limit for silence: the calls that are made with it have limits of their own.
 */
public final class JdkSdkHttpClient implements SdkAsyncHttpClient {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** Headers that belong to the connection; Java sets them itself. */
    private static final Set<String> OURS = Set.of("host", "content-length", "expect", "connection", "upgrade",
            "transfer-encoding");

    private final HttpClient client;

    /** @param tls whether there will be a TLS connection: reading the trusted certificates takes as long as all the rest */
    public JdkSdkHttpClient(boolean tls) {
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NEVER);
        if (!tls) {
            builder.sslContext(trustingNobody()).sslParameters(new SSLParameters());
        }
        this.client = builder.build();
    }

    private static SSLContext trustingNobody() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public CompletableFuture<Void> execute(AsyncExecuteRequest order) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> answer = client.sendAsync(request(order),
                BodyHandlers.ofPublisher());
        var _ = answer.whenComplete((head, failure) -> {
            if (failure == null) {
                receive(order, head, result);
            } else {
                fail(order, failure, result);
            }
        });
        var _ = result.whenComplete((v, failure) -> {
            if (failure != null) {
                answer.cancel(true);
            }
        });
        return result;
    }

    private static HttpRequest request(AsyncExecuteRequest order) {
        SdkHttpRequest request = order.request();
        long size = order.requestContentPublisher().contentLength().orElse(0L);
        HttpRequest.Builder builder = HttpRequest.newBuilder(target(request)).method(request.method().name(),
                size == 0
                        ? BodyPublishers.noBody()
                        : BodyPublishers.fromPublisher(
                                FlowAdapters.toFlowPublisher(order.requestContentPublisher()), size));
        request.forEachHeader((name, values) -> {
            if (!OURS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> builder.header(name, value));
            }
        });
        return builder.build();
    }

    /** Path and query exactly as signed. */
    private static URI target(SdkHttpRequest request) {
        String path = request.encodedPath().isEmpty() ? "/" : request.encodedPath();
        return URI.create(request.protocol() + "://" + request.host() + ":" + request.port()
                + request.encodedQueryParameters().map(query -> path + "?" + query).orElse(path));
    }

    private static void receive(AsyncExecuteRequest order, HttpResponse<Flow.Publisher<List<ByteBuffer>>> head,
            CompletableFuture<Void> result) {
        SdkHttpFullResponse.Builder response = SdkHttpFullResponse.builder().statusCode(head.statusCode());
        head.headers().map().forEach(response::putHeader);
        try {
            order.responseHandler().onHeaders(response.build());
            order.responseHandler().onStream(body(order, FlowAdapters.toPublisher(head.body()), result));
        } catch (RuntimeException broken) {
            fail(order, broken, result);
        }
    }

    private static void fail(AsyncExecuteRequest order, Throwable failure, CompletableFuture<Void> result) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        if (result.completeExceptionally(cause)) {
            order.responseHandler().onError(cause);
        }
    }

    /** The body as the SDK wants it: one buffer for each list. */
    private static Publisher<ByteBuffer> body(AsyncExecuteRequest order, Publisher<List<ByteBuffer>> lists,
            CompletableFuture<Void> result) {
        return buffers -> lists.subscribe(new Subscriber<>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                var _ = result.whenComplete((v, failure) -> {
                    if (failure != null) {
                        subscription.cancel();
                    }
                });
                buffers.onSubscribe(subscription);
            }

            @Override
            public void onNext(List<ByteBuffer> list) {
                ByteBuffer whole = ByteBuffer.allocate(list.stream().mapToInt(ByteBuffer::remaining).sum());
                list.forEach(part -> whole.put(part.duplicate()));
                buffers.onNext(whole.flip());
            }

            @Override
            public void onError(Throwable failure) {
                Throwable named = failure instanceof IOException ? failure : new IOException(failure);
                buffers.onError(named);
                fail(order, named, result);
            }

            @Override
            public void onComplete() {
                buffers.onComplete();
                result.complete(null);
            }
        });
    }

    @Override
    public String clientName() {
        return "Jdk";
    }

    /** Gives up what is under way. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}

package dev.weir.platform.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;

/**
 * The AWS SDK's HTTP client on Vert.x, so that the process has one Netty, one set of event loops and one TLS stack. Bodies stream in both
 * directions with back-pressure. The SDK's callbacks come on an event loop: they must not block.
 *
 * <p>Never sends {@code Expect: 100-continue}: some servers answer it in a way that puts a pooled connection out of step.
 */
public final class VertxSdkHttpClient implements SdkAsyncHttpClient {
    /** Headers that belong to the connection and not to the SDK. */
    private static final Set<String> OURS = Set.of("expect", "connection", "transfer-encoding");
    private static final int HEADER_BYTES = 32 * 1024;
    private static final int WAITING_PER_CONNECTION = 16;

    private final Vertx vertx;
    private final HttpClient client;
    private final Settings settings;

    /**
     * The bounds of the client.
     *
     * @param connectTimeout for a TCP connection, and as long again for one of the pool's to become free
     * @param readTimeout of silence while the server owes us an answer; a subscriber that asks for nothing stops this clock
     * @param keepAlive of an unused pooled connection
     * @param connections per host at most; sixteen times as many requests may wait for one, more are refused
     */
    public record Settings(Duration connectTimeout, Duration readTimeout, Duration keepAlive, int connections) {
        public static final Settings DEFAULT = new Settings(Duration.ofSeconds(5), Duration.ofSeconds(30),
                Duration.ofSeconds(20), 64);
    }

    public VertxSdkHttpClient(Vertx vertx, Settings settings) {
        this(vertx, settings, new HttpClientOptions());
    }

    /** As above, with TLS (trust, client key) and proxy taken from {@code tls}; what {@link Settings} names is overwritten. */
    public VertxSdkHttpClient(Vertx vertx, Settings settings, HttpClientOptions tls) {
        this.vertx = vertx;
        this.settings = settings;
        HttpClientOptions options = new HttpClientOptions(tls)
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setConnectTimeout(Math.toIntExact(settings.connectTimeout().toMillis()))
                .setKeepAlive(true)
                .setKeepAliveTimeout(Math.max(1, Math.toIntExact(settings.keepAlive().toSeconds())))
                .setPipelining(false)
                .setDecompressionSupported(false)
                .setMaxHeaderSize(HEADER_BYTES)
                .setMaxRedirects(0);
        this.client = vertx.createHttpClient(options, new PoolOptions()
                .setHttp1MaxSize(settings.connections())
                .setMaxWaitQueueSize(WAITING_PER_CONNECTION * settings.connections()));
    }

    @Override
    public CompletableFuture<Void> execute(AsyncExecuteRequest order) {
        SdkHttpRequest request = order.request();
        long size = bodySize(order);
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(request.method().name()))
                .setHost(request.host())
                .setPort(request.port())
                .setSsl("https".equalsIgnoreCase(request.protocol()))
                .setURI(rawTarget(request))
                .setFollowRedirects(false)
                .setConnectTimeout(2 * settings.connectTimeout().toMillis())
                .setHeaders(HttpHeaders.headers());
        request.forEachHeader((name, values) -> {
            if (!OURS.contains(name.toLowerCase(Locale.ROOT))) {
                options.getHeaders().add(name, values);
            }
        });
        if (size >= 0 && !options.getHeaders().contains(HttpHeaders.CONTENT_LENGTH)) {
            options.getHeaders().set(HttpHeaders.CONTENT_LENGTH, Long.toString(size));
        }
        return new Exchange(vertx, order, settings.readTimeout()).run(client, options, size);
    }

    /** Path and query exactly as signed: nothing is decoded, encoded or normalised again. */
    private static String rawTarget(SdkHttpRequest request) {
        String path = request.encodedPath().isEmpty() ? "/" : request.encodedPath();
        return request.encodedQueryParameters().map(query -> path + "?" + query).orElse(path);
    }

    private static long bodySize(AsyncExecuteRequest order) {
        return order.request().firstMatchingHeader("Content-Length").map(Long::parseLong)
                .or(() -> order.requestContentPublisher().contentLength())
                .orElse(-1L);
    }

    @Override
    public String clientName() {
        return "Vertx";
    }

    /** Closes the connections; outstanding exchanges fail. */
    @Override
    public void close() {
        client.close();
    }
}

package dev.weir.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.SdkCancellationException;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;

class VertxSdkHttpClientTest {
    private static final int THREE_MEGABYTES = 3 * 1024 * 1024 + 17;
    private static final VertxSdkHttpClient.Settings QUICK = new VertxSdkHttpClient.Settings(Duration.ofSeconds(2),
            Duration.ofMillis(200), Duration.ofSeconds(10), 4);

    /** One loop: a connection is back in its pool before the next request is made. */
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final Queue<String> targets = new ConcurrentLinkedQueue<>();
    private VertxSdkHttpClient client;

    @BeforeEach
    void start() {
        client = new VertxSdkHttpClient(vertx, VertxSdkHttpClient.Settings.DEFAULT);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        done(vertx.close());
    }

    @Test
    void sendsAndReceivesSizedBodies() throws Exception {
        byte[] body = Bodies.random(THREE_MEGABYTES);
        int port = serve(VertxSdkHttpClientTest::echo);
        ResponseProbe probe = new ResponseProbe(Long.MAX_VALUE);
        finish(execute(port, "/a", Bodies.sized(body), probe));
        assertThat(probe.head.statusCode()).isEqualTo(200);
        assertThat(probe.head.firstMatchingHeader("x-seen-length")).contains(Integer.toString(body.length));
        assertThat(probe.head.firstMatchingHeader("x-seen-expect")).contains("null");
        assertThat(probe.body()).isEqualTo(body);
        assertThat(probe.completions).hasValue(1);
    }

    @Test
    void sendsAndReceivesChunkedBodies() throws Exception {
        byte[] body = Bodies.random(THREE_MEGABYTES);
        int port = serve(VertxSdkHttpClientTest::echo);
        ResponseProbe probe = new ResponseProbe(Long.MAX_VALUE);
        finish(execute(port, "/a", Bodies.chunked(body), probe));
        assertThat(probe.head.firstMatchingHeader("x-seen-length")).contains("null");
        assertThat(probe.body()).isEqualTo(body);
    }

    @Test
    void keepsTheEncodedTargetAndAnEmptyAnswerEnds() throws Exception {
        int port = serve(request -> {
            targets.add(request.uri());
            request.response().setStatusCode(204).end();
        });
        ResponseProbe probe = new ResponseProbe(0);
        finish(execute(port, "/runtimes/arn%3Aaws%3Ax%2Fy/z?qualifier=A%2FB", Bodies.none(), probe));
        assertThat(targets).containsExactly("/runtimes/arn%3Aaws%3Ax%2Fy/z?qualifier=A%2FB");
        assertThat(probe.completions).hasValue(1);
        assertThat(probe.elements).hasValue(0);
    }

    @Test
    void slowSubscriberHoldsTheServerUp() throws Exception {
        long total = 48L * 1024 * 1024;
        AtomicLong written = new AtomicLong();
        int port = serve(request -> pour(request.response().setChunked(true), written, total));
        ResponseProbe probe = new ResponseProbe(3);
        CompletableFuture<Void> result = execute(port, "/", Bodies.none(), probe);
        await().until(() -> probe.elements.get() == 3);
        AtomicLong last = new AtomicLong(-1);
        await().during(Duration.ofMillis(200)).until(() -> last.getAndSet(written.get()) == written.get());
        assertThat(probe.elements).hasValue(3);
        assertThat(written.get()).isLessThan(total);
        probe.subscription.request(Long.MAX_VALUE);
        finish(result);
        assertThat(probe.body()).hasSize((int) total);
    }

    @Test
    void slowServerHoldsThePublisherUp() throws Exception {
        AtomicReference<HttpServerRequest> stuck = new AtomicReference<>();
        int port = serve(request -> stuck.set(request.pause()));
        Bodies endless = Bodies.endless();
        ResponseProbe probe = new ResponseProbe(1);
        CompletableFuture<Void> result = execute(port, "/", endless, probe);
        AtomicInteger last = new AtomicInteger(-1);
        await().during(Duration.ofMillis(200)).until(() -> last.getAndSet(endless.given.get()) == endless.given.get()
                && last.get() > 0);
        result.cancel(true);
        await().untilTrue(endless.cancelled);
        stuck.get().resume(); // while paused, the server does not notice the end
        await().until(() -> closed.get() == 1);
    }

    @Test
    void subscriberThatCancelsClosesTheConnection() throws Exception {
        int port = serve(request -> pour(request.response().setChunked(true), new AtomicLong(), Long.MAX_VALUE));
        ResponseProbe probe = new ResponseProbe(1);
        CompletableFuture<Void> result = execute(port, "/", Bodies.none(), probe);
        await().until(() -> probe.elements.get() == 1);
        probe.subscription.cancel();
        assertThatThrownBy(() -> finish(result)).hasCauseInstanceOf(SdkCancellationException.class);
        await().until(() -> closed.get() == 1);
        assertThat(probe.elements).hasValue(1);
        assertThat(probe.streamErrors.get() + probe.errors.get()).isEqualTo(1);
    }

    @Test
    void cancelledFutureEndsStreamAndConnection() throws Exception {
        int port = serve(request -> request.response().setChunked(true).write("x"));
        ResponseProbe probe = new ResponseProbe(Long.MAX_VALUE);
        CompletableFuture<Void> result = execute(port, "/", Bodies.none(), probe);
        await().until(() -> probe.elements.get() == 1);
        result.cancel(true);
        await().until(() -> closed.get() == 1 && probe.streamErrors.get() == 1 && probe.errors.get() == 1);
        assertThat(probe.completions).hasValue(0);
    }

    @Test
    void prematureEndIsAnIoException() throws Exception {
        int port = serve(request -> request.response().putHeader("Content-Length", "100").write("ten bytes.")
                .onComplete(v -> request.connection().close()));
        ResponseProbe probe = new ResponseProbe(Long.MAX_VALUE);
        CompletableFuture<Void> result = execute(port, "/", Bodies.none(), probe);
        assertThatThrownBy(() -> finish(result)).hasCauseInstanceOf(IOException.class);
        assertThat(probe.streamErrors).hasValue(1);
        assertThat(probe.errors).hasValue(1);
        assertThat(probe.completions).hasValue(0);
    }

    @Test
    void endBeforeTheHeadersIsAnIoException() throws Exception {
        int port = serve(request -> request.connection().close());
        ResponseProbe probe = new ResponseProbe(1);
        CompletableFuture<Void> result = execute(port, "/?secret=1", Bodies.none(), probe);
        assertThatThrownBy(() -> finish(result)).hasCauseInstanceOf(IOException.class)
                .hasMessageNotContaining("secret");
        assertThat(probe.head).isNull();
    }

    @Test
    void refusedConnectionIsAnIoException() throws Exception {
        HttpServer gone = done(vertx.createHttpServer().requestHandler(r -> {}).listen(0, "127.0.0.1"));
        int port = gone.actualPort();
        done(gone.close());
        CompletableFuture<Void> result = execute(port, "/", Bodies.none(), new ResponseProbe(1));
        assertThatThrownBy(() -> finish(result)).hasCauseInstanceOf(ConnectException.class);
    }

    @Test
    void silentServerTimesOutButSlowSubscriberDoesNot() throws Exception {
        client = new VertxSdkHttpClient(vertx, QUICK);
        int port = serve(request -> {
            if (request.path().equals("/answers")) {
                request.response().end("done");
            }
        });
        ResponseProbe idle = new ResponseProbe(0);
        CompletableFuture<Void> held = execute(port, "/answers", Bodies.none(), idle);
        for (int i = 0; i < 2; i++) { // twice the read timeout passes meanwhile
            CompletableFuture<Void> silent = execute(port, "/", Bodies.none(), new ResponseProbe(1));
            assertThatThrownBy(() -> finish(silent)).hasCauseInstanceOf(SocketTimeoutException.class);
        }
        assertThat(held).isNotDone();
        idle.subscription.request(1);
        finish(held);
        assertThat(idle.body()).asString().isEqualTo("done");
        await().until(() -> closed.get() == 2);
    }

    @Test
    void reusesTheConnectionAfterAnErrorAnswer() throws Exception {
        int port = serve(request -> request.body().onSuccess(body -> request.response()
                .setStatusCode(request.path().equals("/bad") ? 500 : 200).end(request.path())));
        for (String path : new String[]{"/bad", "/good", "/bad", "/good"}) {
            ResponseProbe probe = new ResponseProbe(Long.MAX_VALUE);
            finish(execute(port, path, Bodies.sized(Bodies.random(1000)), probe));
            assertThat(probe.body()).asString().isEqualTo(path);
        }
        assertThat(connections).hasValue(1);
    }

    @Test
    void answerBeforeTheBodyIsCompleteEndsTheConnectionOnly() throws Exception {
        int port = serve(request -> {
            if (request.path().equals("/big")) {
                request.pause().response().setStatusCode(413).end("too big");
            } else {
                request.response().end("fine");
            }
        });
        ResponseProbe refused = new ResponseProbe(Long.MAX_VALUE);
        Bodies endless = Bodies.endless();
        finish(execute(port, "/big", endless, refused));
        assertThat(refused.head.statusCode()).isEqualTo(413);
        assertThat(refused.body()).asString().isEqualTo("too big");
        await().untilTrue(endless.cancelled);
        ResponseProbe next = new ResponseProbe(Long.MAX_VALUE);
        finish(execute(port, "/", Bodies.none(), next));
        assertThat(next.body()).asString().isEqualTo("fine");
        assertThat(connections).hasValue(2);
    }

    @Test
    void bodyOfTheWrongLengthFails() throws Exception {
        int port = serve(VertxSdkHttpClientTest::echo);
        byte[] body = Bodies.random(1000);
        for (long announced : new long[]{999, 1001}) {
            CompletableFuture<Void> result = execute(port, "/", Bodies.announced(body, announced),
                    new ResponseProbe(1));
            assertThatThrownBy(() -> finish(result)).hasCauseInstanceOf(IOException.class)
                    .hasMessageContaining("Content-Length");
        }
    }

    @Test
    void mayBeAwaitedByBlockingAVirtualThreadOfVertx() throws Exception {
        int port = serve(request -> request.response().end("done"));
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        done(vertx.deployVerticle(() -> new io.vertx.core.VerticleBase() {
            @Override
            public Future<?> start() throws Exception {
                finish(execute(port, "/", Bodies.none(), new ResponseProbe(1)));
                outcome.complete(null);
                return Future.succeededFuture();
            }
        }, new io.vertx.core.DeploymentOptions().setThreadingModel(io.vertx.core.ThreadingModel.VIRTUAL_THREAD)));
        assertThat(outcome).isCompleted();
    }

    @Test
    void speaksTlsToAServerItTrustsAndToNoOther(@TempDir Path directory) throws Exception {
        Path store = directory.resolve("server.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
                "SAN=dns:localhost", "-storetype", "PKCS12", "-storepass", "changeit", "-keystore", store.toString())
                .redirectErrorStream(true).start();
        assertThat(keytool.waitFor(20, TimeUnit.SECONDS)).isTrue();
        PfxOptions key = new PfxOptions().setPath(store.toString()).setPassword("changeit");
        int port = done(vertx.createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(key))
                .requestHandler(request -> request.response().end("secret")).listen(0, "127.0.0.1")).actualPort();
        CompletableFuture<Void> untrusted = send("https", "localhost", port, "/", Bodies.none(), new ResponseProbe(1));
        assertThatThrownBy(() -> finish(untrusted)).hasCauseInstanceOf(SSLException.class);
        client = new VertxSdkHttpClient(vertx, QUICK, new HttpClientOptions().setTrustOptions(key));
        ResponseProbe probe = new ResponseProbe(1);
        finish(send("https", "localhost", port, "/", Bodies.none(), probe));
        assertThat(probe.body()).asString().isEqualTo("secret");
        CompletableFuture<Void> misnamed = send("https", "127.0.0.1", port, "/", Bodies.none(), new ResponseProbe(1));
        assertThatThrownBy(() -> finish(misnamed)).hasCauseInstanceOf(SSLException.class);
    }

    private int serve(Handler<HttpServerRequest> handler) throws Exception {
        return done(vertx.createHttpServer()
                .connectionHandler(connection -> {
                    connections.incrementAndGet();
                    connection.closeHandler(v -> closed.incrementAndGet());
                })
                .requestHandler(handler)
                .listen(0, "127.0.0.1")).actualPort();
    }

    private CompletableFuture<Void> execute(int port, String target, Bodies body, ResponseProbe probe) {
        return send("http", "127.0.0.1", port, target, body, probe);
    }

    private CompletableFuture<Void> send(String scheme, String host, int port, String target, Bodies body,
            ResponseProbe probe) {
        String[] parts = target.split("\\?", 2);
        SdkHttpFullRequest.Builder request = SdkHttpFullRequest.builder().method(SdkHttpMethod.POST)
                .protocol(scheme).host(host).port(port).encodedPath(parts[0])
                .putHeader("Expect", "100-continue");
        if (parts.length > 1) {
            String[] pair = parts[1].split("=", 2);
            request.rawQueryParameters(Map.of(pair[0], java.util.List.of(pair[1].replace("%2F", "/"))));
        }
        return client.execute(AsyncExecuteRequest.builder().request(request.build()).requestContentPublisher(body)
                .responseHandler(probe).build());
    }

    private static void echo(HttpServerRequest request) {
        HttpServerResponse response = request.response().setChunked(true)
                .putHeader("x-seen-length", String.valueOf(request.getHeader("Content-Length")))
                .putHeader("x-seen-expect", String.valueOf(request.getHeader("Expect")));
        request.body().onSuccess(response::end);
    }

    private static void pour(HttpServerResponse response, AtomicLong written, long total) {
        while (!response.writeQueueFull()) {
            if (written.get() >= total) {
                response.end();
                return;
            }
            written.addAndGet(65_536);
            response.write(Buffer.buffer(new byte[65_536]));
        }
        response.drainHandler(v -> pour(response, written, total));
    }

    private static void finish(CompletableFuture<Void> result) throws Exception {
        result.get(10, TimeUnit.SECONDS);
    }

    private static <T> T done(Future<T> future)
            throws ExecutionException, InterruptedException, java.util.concurrent.TimeoutException {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}

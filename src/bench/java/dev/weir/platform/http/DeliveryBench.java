package dev.weir.platform.http;

import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.StageRef;
import dev.weir.feature.webhook.Courier;
import dev.weir.feature.webhook.Courier.Letter;
import dev.weir.feature.webhook.DeliveryStore;
import dev.weir.feature.webhook.Dispatcher;
import dev.weir.feature.webhook.Endpoint;
import dev.weir.feature.webhook.RetryRules;
import dev.weir.feature.webhook.Webhooks;
import dev.weir.kernel.Redacted;
import dev.weir.kernel.TenantId;
import dev.weir.platform.embedded.SqliteDatabase;
import dev.weir.platform.embedded.SqliteDeliveryStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Prints how many webhooks a second reach a local receiver over TLS, one handshake each: the courier alone (the baseline), and the
 * whole way from the embedded database and back. After {@code mvn package}:
 * {@code java -cp 'target/test-classes:target/weir/lib/*' dev.weir.platform.http.DeliveryBench}.
 */
public final class DeliveryBench {
    private static final int LETTERS = 1000;
    private static final int ROUNDS = 5;
    private static final int ENDPOINTS = 20;
    private static final int AT_ONCE = 64;
    private static final String KEY = "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
    private static final String NAME = "hooks.weir.dev";

    private DeliveryBench() {}

    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        Path scratch = Files.createTempDirectory("delivery-bench");
        PfxOptions key = Receiver.key(scratch, NAME);
        int port = vertx.createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(key))
                .requestHandler(request -> request.end().onSuccess(_ -> request.response().setStatusCode(204).end()))
                .listen(0, "127.0.0.1").await().actualPort();
        GuardedCourier courier = new GuardedCourier(vertx, new ScriptedNames().answer("127.0.0.1"),
                new GuardedCourier.Settings(Duration.ofSeconds(15), true, ""), InstantSource.system(),
                new HttpClientOptions().setTrustOptions(key));
        SqliteDatabase database = SqliteDatabase.open(scratch.resolve("data"));
        for (int round = 1; round <= ROUNDS; round++) { // the first ones warm up
            double baseline = alone(courier, port);
            double whole = dispatched(new SqliteDeliveryStore(database, LETTERS), courier, port);
            System.out.printf(Locale.ROOT, "courier alone %5.0f letters/s, with rules and database %5.0f: %.2f of it%n",
                    baseline, whole, whole / baseline);
        }
        database.close().await();
        vertx.close().await();
    }

    private static double alone(Courier courier, int port) throws InterruptedException {
        Semaphore room = new Semaphore(AT_ONCE);
        CountDownLatch left = new CountDownLatch(LETTERS);
        long start = System.nanoTime();
        for (int i = 0; i < LETTERS; i++) {
            room.acquire();
            courier.send(new Letter(url(port, i), Map.of(), Buffer.buffer("{}"))).onComplete(_ -> {
                room.release();
                left.countDown();
            });
        }
        return rate(left, start);
    }

    private static double dispatched(DeliveryStore store, Courier courier, int port) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(LETTERS);
        Webhooks webhooks = new Webhooks(store, courier, () -> {}, InstantSource.system());
        for (int i = 0; i < LETTERS; i++) {
            StageRef stage = new StageRef(new TenantId("acme"), "hello", "prod");
            webhooks.announce(new Endpoint(stage, url(port, i), "key"), RunId.create(Instant.now()), "run.succeeded",
                    "{\"status\":\"succeeded\"}").await();
        }
        Counting counting = new Counting(courier, left);
        Dispatcher dispatcher = new Dispatcher(new Dispatcher.Ports(store, counting,
                (_, _) -> Future.succeededFuture(Optional.of(new Redacted(KEY))),
                _ -> Future.succeededFuture(true), _ -> {}),
                new RetryRules(new Random()),
                new Dispatcher.Settings(AT_ONCE, 8, Duration.ofSeconds(5), Duration.ofMinutes(1)),
                InstantSource.system());
        long start = System.nanoTime();
        dispatcher.pull().await();
        double rate = rate(left, start);
        dispatcher.drain().await();
        return rate;
    }

    private record Counting(Courier courier, CountDownLatch left) implements Courier {
        @Override
        public Future<Optional<String>> objection(String url) {
            return courier.objection(url);
        }

        @Override
        public Future<Reply> send(Letter letter) {
            return courier.send(letter).onComplete(_ -> left.countDown());
        }
    }

    private static double rate(CountDownLatch left, long start) throws InterruptedException {
        if (!left.await(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException(left.getCount() + " letters did not arrive");
        }
        return LETTERS / ((System.nanoTime() - start) / 1e9);
    }

    private static String url(int port, int i) {
        return "https://" + NAME + ":" + port + "/" + i % ENDPOINTS;
    }
}

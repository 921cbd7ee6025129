package dev.weir.platform.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.webhook.Dispatcher;
import dev.weir.fixture.Answers;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that delivers webhooks is killed with SIGKILL: the next one delivers the rest, under the same ids. */
@Timeout(120)
class SenderKillTest {
    @TempDir
    Path directory;

    @Test
    void everyDeliveryHappensAtLeastOnceUnderOneId() throws IOException, InterruptedException {
        List<String> received = new CopyOnWriteArrayList<>();
        AtomicBoolean dead = new AtomicBoolean();
        int letters = ThreadLocalRandom.current().nextInt(1, 60);
        Vertx vertx = Vertx.vertx();
        HttpServer receiver = Answers.of(vertx.createHttpServer().requestHandler(request -> {
            received.add(request.getHeader("webhook-id"));
            if (dead.get() || received.size() < letters) { // the last ones before the kill get no answer
                request.response().setStatusCode(204).end();
            }
        }).listen(0, "127.0.0.1"));
        killedAfter(letters, receiver.actualPort(), received);
        dead.set(true);

        SqliteDatabase database = SqliteDatabase.open(directory);
        try {
            Instant later = Instant.now().plus(Sender.LEASE); // the dead process's leases have ended
            Dispatcher next = Sender.dispatcher(new SqliteDeliveryStore(database, Sender.LETTERS),
                    Sender.courier(vertx), () -> later);
            Answers.of(next.pull());
            await().atMost(Duration.ofSeconds(60)).until(() -> count(database, "DELIVERED") == Sender.LETTERS);
            Answers.of(next.drain());
        } finally {
            Answers.of(database.close());
            Answers.of(vertx.close());
        }
        assertThat(new HashSet<>(received)).hasSize(Sender.LETTERS);
        assertThat(received.size() - Sender.LETTERS).as("sent twice: what was under way")
                .isBetween(1, Sender.AT_ONCE);
    }

    private void killedAfter(int letters, int port, List<String> received) throws IOException, InterruptedException {
        Process sender = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Dorg.sqlite.tmpdir=" + directory, "-cp",
                System.getProperty("java.class.path"), Sender.class.getName(), directory.toString(), "" + port)
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(1))
                    .until(() -> received.size() >= letters);
        } finally {
            sender.toHandle().destroyForcibly();
        }
        assertThat(sender.waitFor()).isEqualTo(128 + 9);
    }

    private static int count(SqliteDatabase database, String state) {
        return Answers.of(database.read(session -> session.first("select count(*) as n from delivery where state = ?",
                row -> row.integer("n"), state))).orElseThrow();
    }
}

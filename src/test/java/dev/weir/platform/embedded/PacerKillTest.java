package dev.weir.platform.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.fixture.Answers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that fires schedules is killed with SIGKILL, again and again: every time fires once or, where the rule says so, never. */
@Timeout(180)
class PacerKillTest {
    private static final int LIVES = 10;
    /** More than this in one life, and the times would not do for all. */
    private static final int MOST_TICKS = 16;

    @TempDir
    Path directory;

    @Test
    void everyTimeFiresAtMostOnceAndExactlyOnceWhereItIsOwed() throws IOException, InterruptedException {
        Pacer.prepare(directory);
        Set<Integer> killedAt = new HashSet<>();
        for (int i = 0; i < LIVES; i++) {
            kill(ThreadLocalRandom.current().nextInt(2, MOST_TICKS));
            killedAt.add(Pacer.ticks(directory).size() - 1);
        }
        SqliteDatabase database = SqliteDatabase.open(directory);
        try {
            Pacer.recover(database, directory);
            List<Instant> ticks = Pacer.ticks(directory);
            Pacer.PERIODS.forEach((stage, minutes) -> {
                String key = "schedule hello/" + stage + " ";
                List<String> fired = texts(database, "select key from idempotency_key where key like ? order by key",
                        key + "%");
                Map<Integer, String> owed = new TreeMap<>();
                owed(ticks, minutes).forEach((tick, slot) -> owed.put(tick, key + slot));
                assertThat(fired).as(stage).isSubsetOf(owed.values()).doesNotHaveDuplicates();
                owed.keySet().removeAll(killedAt); // may be out of the window when somebody else can see to it
                assertThat(fired).as(stage).containsAll(owed.values()).isNotEmpty();
                assertThat(texts(database, "select id as key from run where stage = ?", stage)).as("runs of " + stage)
                        .hasSameSizeAs(fired);
            });
            assertThat(texts(database, "select run_id as key from queue_message where run_id <> ?", ""))
                    .as("each can be executed").hasSameSizeAs(texts(database, "select id as key from run where id <> ?",
                            ""));
        } finally {
            Answers.of(database.close());
        }
    }

    /** For each tick the newest time since the tick before, unless that was too long ago. */
    private static Map<Integer, Instant> owed(List<Instant> ticks, int minutes) {
        Map<Integer, Instant> slots = new TreeMap<>();
        long period = Duration.ofMinutes(minutes).toSeconds();
        for (int i = 1; i < ticks.size(); i++) {
            Instant now = ticks.get(i);
            Instant slot = Instant.ofEpochSecond(now.getEpochSecond() / period * period);
            if (slot.isAfter(ticks.get(i - 1)) && !slot.isBefore(now.minus(Pacer.WINDOW))) {
                slots.put(i, slot);
            }
        }
        return slots;
    }

    private void kill(int ticksLater) throws IOException, InterruptedException {
        int before = Pacer.ticks(directory).size();
        Process pacer = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-Dorg.sqlite.tmpdir=" + directory,
                "-cp", System.getProperty("java.class.path"), Pacer.class.getName(), directory.toString())
                .redirectErrorStream(true).redirectOutput(directory.resolve("pacer.log").toFile()).start();
        try {
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(1))
                    .until(() -> Pacer.ticks(directory).size() >= before + ticksLater);
        } finally {
            pacer.toHandle().destroyForcibly();
        }
        assertThat(pacer.waitFor()).isEqualTo(128 + 9);
    }

    private static List<String> texts(SqliteDatabase database, String sql, String argument) {
        return Answers.of(database.read(session -> session.list(sql, row -> row.text("key"), argument)));
    }
}

package dev.weir.platform.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that appends to run logs is killed with SIGKILL: whatever it said is durable is there afterwards. */
@Timeout(60)
class KillTest {
    private static final int KILLS = 3;

    @TempDir
    Path directory;

    @Test
    void nothingAcknowledgedIsLost() throws IOException, InterruptedException {
        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            acknowledged.addAll(killedAppender(ThreadLocalRandom.current().nextInt(1, 400)));
        }

        SqliteDatabase database = SqliteDatabase.open(directory);
        try {
            SqliteRunLog log = new SqliteRunLog(database);
            for (String line : acknowledged) {
                String[] parts = line.split(" ", -1);
                long n = Long.parseLong(parts[1]);
                List<RunEvent> found = Answers.of(log.read(new RunId(parts[0]), new EventId(1, n - 1), 1, 1 << 20));
                assertThat(found).isEqualTo(Samples.events(1, n, n));
            }
            Optional<String> integrity = Answers.of(database.write(
                    session -> session.first("pragma integrity_check", row -> row.text("integrity_check"))));
            assertThat(integrity).contains("ok");
        } finally {
            Answers.of(database.close());
        }
    }

    /** What the process had acknowledged when it died, which is at least {@code after} appends. */
    private List<String> killedAppender(int after) throws IOException, InterruptedException {
        Process appender = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Dorg.sqlite.tmpdir=" + directory, "-cp",
                System.getProperty("java.class.path"), Appender.class.getName(), directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader output = appender.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(Appender.MARK)) { // and is no log line
                    lines.add(line.substring(Appender.MARK.length()));
                }
                if (lines.size() == after) {
                    appender.toHandle().destroyForcibly(); // unlike the process's own method it leaves the pipe readable
                }
            }
        } finally {
            appender.toHandle().destroyForcibly();
        }
        assertThat(appender.waitFor()).isEqualTo(128 + 9);
        assertThat(lines).hasSizeGreaterThanOrEqualTo(after);
        return lines.subList(0, lines.size() - 1); // the last may be half a line
    }
}

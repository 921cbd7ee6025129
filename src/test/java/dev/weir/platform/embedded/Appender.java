package dev.weir.platform.embedded;

import dev.weir.feature.run.event.RunId;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Appends to the logs of a few runs, all at once, and prints each event once it is acknowledged. {@link KillTest} ends it. */
final class Appender {
    /** What a line that acknowledges an event begins with. */
    static final String MARK = "durable ";

    private static final int RUNS = 5;
    private static final int APPENDS = 1_000_000;

    private Appender() {}

    public static void main(String[] arguments) {
        SqliteDatabase database = SqliteDatabase.open(Path.of(arguments[0]));
        SqliteRunStore runs = new SqliteRunStore(database, InstantSource.system());
        SqliteRunLog log = new SqliteRunLog(database);
        List<RunId> started = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            Instant now = Instant.now();
            RunId run = RunId.create(now);
            Answers.of(runs.create(run, Samples.order(Samples.STAGE, now), Optional.empty()));
            Answers.of(runs.claim(run, now, now.plusSeconds(60)));
            started.add(run);
        }
        for (long n = 1; n < APPENDS; n++) {
            long number = n;
            List<Future<Boolean>> appends = started.stream()
                    .map(run -> log.append(run, 1, Samples.events(1, number, number))).toList();
            for (int i = 0; i < RUNS; i++) {
                if (Answers.of(appends.get(i))) {
                    System.out.println(MARK + started.get(i) + " " + number);
                }
            }
        }
    }
}

package dev.weir.platform.embedded;

import dev.weir.feature.run.Runs;
import dev.weir.feature.run.ScheduledRuns;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Ticker;
import dev.weir.feature.skill.Stage;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import dev.weir.fixture.Workbench;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ticks over a clock of its own, two tickers at a time, and jumps on by up to a quarter of an hour after each tick. The time of a tick is
 * written down before it begins; who comes after a kill first finishes what that left half done.
 * {@link PacerKillTest} ends it.
 */
final class Pacer {
    static final Duration WINDOW = Duration.ofMinutes(5);
    static final Instant START = Instant.parse("2026-03-28T22:00:30Z");
    /** Stage to how many minutes lie between two of its times. */
    static final Map<String, Integer> PERIODS = new TreeMap<>(Map.of("each", 1, "quarter", 15));

    /** More than a ticker has a time to itself. */
    private static final Duration LEASE = Duration.ofSeconds(31);
    private static final int MOST_SECONDS = 900;
    /** So that the keys of all runs are still known at the end. */
    private static final int MOST_TICKS = 480;

    private Pacer() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        SqliteDatabase database = SqliteDatabase.open(directory);
        Instant now = recover(database, directory);
        for (int i = ticks(directory).size(); i < MOST_TICKS; i++) {
            int pace = ThreadLocalRandom.current().nextInt(4) == 0 ? MOST_SECONDS : 90;
            now = now.plusSeconds(ThreadLocalRandom.current().nextInt(1, pace));
            note(directory, now);
            tick(database, now);
        }
    }

    /** An empty directory becomes one with the stages, deployed and scheduled. */
    static void prepare(Path directory) throws IOException {
        SqliteDatabase database = SqliteDatabase.open(directory);
        SqliteSkillCatalog catalog = new SqliteSkillCatalog(database);
        PERIODS.forEach((name, minutes) -> {
            StageRef ref = new StageRef(Samples.TENANT, "hello", name);
            Plan plan = new Plan("*/" + minutes + " * * * *", "Europe/Berlin", "{}", true);
            Samples.stage(catalog, ref, START);
            Answers.of(catalog.put(new Stage(ref, Samples.automated(true, plan), Optional.empty(), START, START)));
            Answers.of(catalog.deploy(Samples.deployment(ref, "1.0.0", START), Optional.empty()));
            Answers.of(ticker(database, START).set(ref, plan));
        });
        note(directory, START);
        Answers.of(database.close());
    }

    /** When it ticked, or was about to. */
    static List<Instant> ticks(Path directory) throws IOException {
        return Files.readAllLines(log(directory)).stream().map(Instant::parse).toList();
    }

    /** What the dead left half done is free by now: once for that, and once for what has become due meanwhile. */
    static Instant recover(SqliteDatabase database, Path directory) throws IOException {
        Instant now = ticks(directory).getLast().plus(LEASE);
        note(directory, now);
        tick(database, now);
        tick(database, now);
        return now;
    }

    static void tick(SqliteDatabase database, Instant now) {
        Answers.atOnce(2, _ -> ticker(database, now).tick());
    }

    private static Ticker ticker(SqliteDatabase database, Instant now) {
        InstantSource clock = InstantSource.fixed(now);
        SqliteSkillCatalog catalog = new SqliteSkillCatalog(database);
        Runs.Ports ports = new Runs.Ports(new SqliteRunStore(database, clock),
                new SqliteRunQueue(database, new SqliteRunQueue.Bounds(100_000, 100_000, 3)),
                new SqliteRunLog(database));
        return new Ticker(new SqliteScheduleStore(database),
                new ScheduledRuns(Workbench.runs(catalog, ports, clock), ports.store(), catalog),
                (_, _) -> Future.succeededFuture(), new Ticker.Settings(WINDOW, 3, 10), clock);
    }

    private static void note(Path directory, Instant now) throws IOException {
        Files.writeString(log(directory), now + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static Path log(Path directory) {
        return directory.resolve("ticks");
    }
}

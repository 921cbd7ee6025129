package dev.weir.platform.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fixture.Answers;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SqliteDatabaseTest extends SqliteTest {
    @BeforeEach
    void table() {
        Answers.of(database.write(session -> session.update("create table t (n integer primary key) strict")));
    }

    @Test
    void oneFailingWriteTakesNothingWithIt() throws InterruptedException {
        List<Future<?>> group = oneGroup(() -> {
            List<Future<?>> writes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int n = i;
                writes.add(database.write(session -> {
                    int changed = session.update("insert into t values (?)", n);
                    if (n % 5 == 4) {
                        throw new IllegalStateException("write " + n + " fails after it wrote");
                    }
                    return changed;
                }));
            }
            writes.add(database.write(session -> session.update("insert into t values (0)")));
            writes.add(database.write(session -> session.update("not even sql")));
            return writes;
        });

        for (int n = 0; n < 20; n++) {
            Future<?> write = group.get(n);
            if (n % 5 == 4) {
                assertThatThrownBy(() -> Answers.of(write)).hasMessage("write " + n + " fails after it wrote");
            } else {
                assertThat(Answers.of(write)).isEqualTo(1);
            }
        }
        assertThat(Answers.problemOf(group.get(20))).isInstanceOf(Problem.Conflict.class);
        assertThatThrownBy(() -> Answers.of(group.get(21))).hasCauseInstanceOf(SQLException.class);
        assertThat(numbers()).hasSize(16).doesNotContain(4L, 9L, 14L, 19L);
    }

    @Test
    void aWriteIsAnsweredOnlyOnceOthersCanReadIt() {
        List<Boolean> seen = Answers.atOnce(200,
                n -> database.write(session -> session.update("insert into t values (?)", n))
                        .compose(_ -> database.read(session -> session.exists("select 1 from t where n = ?", n))));
        assertThat(seen).hasSize(200).containsOnly(true);
    }

    @Test
    void writersOfOneCounterLoseNoStep() {
        Answers.of(database.write(session -> session.update("create table c (n integer)")));
        Answers.of(database.write(session -> session.update("insert into c values (0)")));
        Answers.atOnce(300, _ -> database.write(session -> {
            long n = session.first("select n from c", row -> row.number("n")).orElseThrow();
            return session.update("update c set n = ?", n + 1);
        }));
        Optional<Long> count = Answers
                .of(database.read(session -> session.first("select n from c", row -> row.number("n"))));
        assertThat(count).contains(300L);
    }

    @Test
    void aReadCannotWrite() {
        assertThatThrownBy(() -> Answers.of(database.read(session -> session.update("insert into t values (1)"))))
                .isInstanceOf(ProblemException.class).hasCauseInstanceOf(SQLException.class);
        assertThat(numbers()).isEmpty();
    }

    @Test
    void aFullQueueRefusesAndTheRestIsDone() throws InterruptedException {
        List<Future<?>> asked = oneGroup(() -> {
            List<Future<?>> writes = new ArrayList<>();
            for (int i = 0; i < 9000; i++) {
                writes.add(database.write(session -> session.update("insert or ignore into t values (1)")));
            }
            return writes;
        });
        long refused = asked.stream().filter(write -> write.failed() && write.cause() instanceof ProblemException)
                .count();
        assertThat(refused).isEqualTo(9000 - 8192);
        assertThat(Answers.problemOf(asked.getLast())).isInstanceOf(Problem.Unavailable.class);
        Answers.of(asked.get(8191));
        assertThat(asked.subList(0, 8192)).allMatch(Future::succeeded);
    }

    @Test
    void closingDoesWhatWaitsAndRefusesWhatComes() throws InterruptedException {
        List<Future<?>> asked = oneGroup(() -> {
            List<Future<?>> writes = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                int n = i;
                writes.add(database.write(session -> session.update("insert into t values (?)", n)));
            }
            writes.add(database.close());
            writes.add(database.write(session -> session.update("insert into t values (1000)")));
            return writes;
        });
        Answers.of(asked.get(500));
        assertThat(asked.subList(0, 500)).allMatch(Future::succeeded);
        assertThat(Answers.problemOf(asked.get(501))).isInstanceOf(Problem.Unavailable.class);
        assertThat(Answers.problemOf(database.read(session -> 1))).isInstanceOf(Problem.Unavailable.class);
        reopen();
        assertThat(numbers()).hasSize(500);
    }

    @Test
    void answersComeOnTheContextOfTheCaller() {
        Vertx vertx = Vertx.vertx();
        try {
            Context context = vertx.getOrCreateContext();
            Promise<Context> answeredOn = Promise.promise();
            context.runOnContext(_ -> database.write(session -> session.update("insert into t values (1)"))
                    .compose(_ -> database.read(session -> 1))
                    .onComplete(_ -> answeredOn.complete(Vertx.currentContext())));
            assertThat(Answers.of(answeredOn.future())).isSameAs(context);
        } finally {
            Answers.of(vertx.close());
        }
    }

    @Test
    void aCallbackThatThrowsStopsNothing() throws InterruptedException {
        List<Future<?>> writes = oneGroup(() -> {
            Future<Integer> first = database.write(session -> 1);
            first.onComplete(_ -> {
                throw new IllegalStateException("a fault in a callback");
            });
            return List.of(first, database.write(session -> 2));
        });
        assertThat(Answers.of(writes.getLast())).isEqualTo(2);
        int later = Answers.of(database.write(session -> 3));
        assertThat(later).isEqualTo(3);
    }

    @Test
    void onlyOneMayHaveTheDirectory() {
        Path data = directory.resolve("data");
        assertThatThrownBy(() -> SqliteDatabase.open(data)).isInstanceOfSatisfying(ProblemException.class,
                failure -> assertThat(failure.problem()).isInstanceOf(Problem.Conflict.class))
                .hasMessageContaining(data.toString())
                .hasMessageContaining("in use by another gateway (process " + ProcessHandle.current().pid() + ")");
        int answer = Answers.of(database.write(session -> 1));
        assertThat(answer).isEqualTo(1);
    }

    @Test
    void aDatabaseOfANewerProgramIsRefusedAndLetGoOf() {
        Answers.of(database.write(session -> session.update("pragma user_version = 99")));
        close();
        Path data = directory.resolve("data");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> SqliteDatabase.open(data)).isInstanceOf(ProblemException.class)
                    .hasMessageContaining("newer program").hasMessageContaining("99");
        }
    }

    @Test
    void everythingInTheDirectoryIsItsOwnersOnly() throws IOException {
        Answers.of(database.write(session -> session.update("insert into t values (1)")));
        Path data = directory.resolve("data");
        assertThat(mode(data)).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(data)) {
            assertThat(files).hasSizeGreaterThanOrEqualTo(4)
                    .allSatisfy(file -> assertThat(mode(file)).isEqualTo("rw-------"));
        }
    }

    @Test
    void commitsReachTheDisk() {
        Optional<Long> synchronous = Answers
                .of(database.write(session -> session.first("pragma synchronous", row -> row.number("synchronous"))));
        assertThat(synchronous).contains(2L);
        Optional<String> journal = Answers
                .of(database.read(session -> session.first("pragma journal_mode", row -> row.text("journal_mode"))));
        assertThat(journal).contains("wal");
    }

    /** What {@code ask} submits while the writer is held up, so that it takes it as groups. */
    private List<Future<?>> oneGroup(Supplier<List<Future<?>>> ask) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        database.write(session -> {
            started.countDown();
            try {
                return go.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        });
        started.await();
        List<Future<?>> asked = ask.get();
        go.countDown();
        return asked;
    }

    private List<Long> numbers() {
        return Answers.of(database.read(session -> session.list("select n from t", row -> row.number("n"))));
    }

    private static String mode(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

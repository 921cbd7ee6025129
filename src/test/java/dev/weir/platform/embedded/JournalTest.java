package dev.weir.platform.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fixture.Answers;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class JournalTest extends SqliteTest {
    private static final int ROW = 1024 * 1024;

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger reads = new AtomicInteger();

    /** Some reader always has a snapshot: each leaves its own only when the other has taken a new one. */
    private void readWithoutRest(Semaphore mine, Semaphore others) {
        while (!stop.get()) {
            Answers.of(database.read(session -> {
                session.exists("select 1 from t");
                mine.drainPermits();
                others.release();
                reads.incrementAndGet();
                awaitCommit();
                awaitOther(mine);
                return null;
            }));
        }
    }

    private void awaitOther(Semaphore mine) throws SQLException {
        try {
            while (!stop.get() && !mine.tryAcquire(10, TimeUnit.MILLISECONDS)) {
                // not yet, unless the test is over
            }
        } catch (InterruptedException e) {
            throw new SQLException(e);
        }
    }

    /** A read that takes a while; but the writer may be waiting for it. */
    private void awaitCommit() {
        long commits = database.commits();
        long late = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
        while (database.commits() == commits && System.nanoTime() < late) {
            LockSupport.parkNanos(100_000);
        }
    }

    private Future<Integer> insert(int n) {
        return database.write(session -> session.update("insert into t values (?, zeroblob(?))", n, ROW));
    }

    @Test
    void itIsBoundedThoughReadersNeverRest() throws IOException, InterruptedException {
        Answers.of(database.write(session -> session.update("create table t (n integer primary key, d blob) strict")));
        Semaphore one = new Semaphore(0);
        Semaphore other = new Semaphore(0);
        Thread first = Thread.startVirtualThread(() -> readWithoutRest(one, other));
        Thread second = Thread.startVirtualThread(() -> readWithoutRest(other, one));
        long most = 0;
        for (int n = 1; n <= 200; n++) {
            Answers.of(insert(n));
            most = Math.max(most, Files.size(directory.resolve("data").resolve("weir.db-wal")));
        }
        stop.set(true);
        first.join();
        second.join();
        assertThat(most).isLessThan(100L * ROW);
        assertThat(reads.get()).isGreaterThan(50);
    }
}

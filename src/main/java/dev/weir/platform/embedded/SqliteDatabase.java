package dev.weir.platform.embedded;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.sqlite.SQLiteConfig;

/**
 * One SQLite database in a directory that only this process uses. One thread writes, in groups; {@value #READERS} read. A write's future
 * completes once it is on the disk, and every read that begins after that sees it.
 *
 * <p>Futures complete on the context of the caller, if it called from a Vert.x context, else on a thread of the database: callbacks there
 * must not block. Both queues are bounded; when one is full the future fails with {@code Unavailable}.
 */
public final class SqliteDatabase {
    private static final int READERS = 3;
    private static final int WAITING_WRITES = 8192;
    private static final int WAITING_READS = 4096;

    private final DirectoryLock lock;
    private final List<Session> sessions = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Inbox<Pending<?>> writes = new Inbox<>(WAITING_WRITES);
    private final Inbox<Pending<?>> reads = new Inbox<>(WAITING_READS);
    private GroupWriter group;
    private Future<Void> closed;

    private SqliteDatabase(DirectoryLock lock) {
        this.lock = lock;
    }

    /**
     * Opens, and if need be makes or brings up to date, the database {@code weir.db} in {@code directory} (mode 0700, files 0600). Blocks.
     * Throws a {@code Conflict} if another gateway uses the directory, or a newer program wrote it.
     */
    public static SqliteDatabase open(Path directory) {
        try {
            PrivateFiles.directory(directory);
            SqliteDatabase database = new SqliteDatabase(DirectoryLock.take(directory));
            try {
                database.start(directory.resolve("weir.db"));
            } catch (IOException | SQLException | RuntimeException failed) {
                database.release();
                throw failed;
            }
            return database;
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot open the data directory " + directory, failed);
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot open the database in " + directory, failed);
        }
    }

    /** Does {@code work} in a transaction; durable when the future completes. */
    public <T> Future<T> write(Work<T> work) {
        return submit(writes, work);
    }

    /** How often the disk was synced for writes since the start: many writes share one. */
    public long commits() {
        return group.commits();
    }

    /** How many writes those commits made durable. */
    public long writes() {
        return group.works();
    }

    /** Does {@code work} on a snapshot; it cannot write. */
    public <T> Future<T> read(Work<T> work) {
        return submit(reads, work);
    }

    /** Takes no more work, does what waits, then lets go of the directory. Idempotent. */
    public synchronized Future<Void> close() {
        if (closed == null) {
            Promise<Void> done = Promise.promise();
            closed = done.future();
            writes.close();
            reads.close();
            Thread.ofPlatform().name("weir-db-close").start(() -> finish(done));
        }
        return closed;
    }

    private void finish(Promise<Void> done) {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
            release();
            done.complete();
        } catch (IOException | SQLException | InterruptedException failed) {
            done.fail(failed);
        }
    }

    private void start(Path file) throws IOException, SQLException {
        PrivateFiles.file(file); // before SQLite makes it: the files beside it take over its mode
        Session writer = session(file);
        for (int i = 0; i < READERS; i++) {
            Session reader = session(file);
            reader.run("pragma query_only = on");
        }
        group = new GroupWriter(writes, writer, new Journal(file, writer));
        startThread("weir-db-write", group);
        for (int i = 1; i <= READERS; i++) {
            startThread("weir-db-read-" + i, new SnapshotReader(reads, sessions.get(i)));
        }
    }

    private Session session(Path file) throws IOException, SQLException {
        Connection connection = connect(file);
        Session session = new Session(connection);
        sessions.add(session);
        if (sessions.size() == 1) {
            Migrations.apply(connection);
        }
        return session;
    }

    /** FULL: a commit has reached the disk when it returns, also in WAL mode, where NORMAL could lose it with the power. */
    private static Connection connect(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setGetGeneratedKeys(false);
        Properties properties = config.toProperties();
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout = 5000");
            statement.execute("pragma journal_mode = wal");
            statement.execute("pragma synchronous = full");
            statement.execute("pragma foreign_keys = on");
            statement.execute("pragma journal_size_limit = " + Journal.MOST);
            statement.execute("pragma cache_size = -8192");
        }
        return connection;
    }

    private void startThread(String name, Runnable body) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(body));
    }

    private void release() throws IOException, SQLException {
        try {
            for (Session session : sessions.reversed()) {
                session.close(); // the writer last: then SQLite folds the log into the database
            }
        } finally {
            lock.close();
        }
    }

    private static <T> Future<T> submit(Inbox<Pending<?>> inbox, Work<T> work) {
        Pending<T> pending = new Pending<>(work);
        return switch (inbox.offer(pending)) {
            case TAKEN -> pending.future();
            case FULL -> unavailable("the store is busy");
            case CLOSED -> unavailable("the store is closing");
        };
    }

    private static <T> Future<T> unavailable(String detail) {
        return Future.failedFuture(
                new ProblemException(new Problem.Unavailable(detail, Duration.ofSeconds(1), "")));
    }
}

package dev.weir.platform.embedded;

import io.vertx.core.buffer.Buffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One connection, used by one thread, with every statement it ever prepared: SQL texts must be constants of the program (or one of a few
 * assembled from such), values go in as arguments.
 *
 * <p>Arguments: {@link Instant} and {@link Duration} become microseconds, {@link Buffer} a blob, an empty {@link Optional} null.
 */
public final class Session implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    Session(Connection connection) {
        this.connection = connection;
    }

    /** Every row; also for {@code update ... returning}. */
    public <T> List<T> list(String sql, Row.Reader<T> reader, Object... arguments) throws SQLException {
        List<T> found = new ArrayList<>();
        try (ResultSet rows = bound(sql, arguments).executeQuery()) {
            Row row = new Row(rows);
            while (rows.next()) {
                found.add(reader.read(row));
            }
        }
        return found;
    }

    /** The first row, if any; also for {@code update ... returning}. */
    public <T> Optional<T> first(String sql, Row.Reader<T> reader, Object... arguments) throws SQLException {
        try (ResultSet rows = bound(sql, arguments).executeQuery()) {
            return rows.next() ? Optional.of(reader.read(new Row(rows))) : Optional.empty();
        }
    }

    /** Hands rows to {@code reader} until it answers false or there are no more. */
    public void each(String sql, Row.Reader<Boolean> reader, Object... arguments) throws SQLException {
        try (ResultSet rows = bound(sql, arguments).executeQuery()) {
            Row row = new Row(rows);
            while (rows.next() && reader.read(row)) {
                // the reader did the work
            }
        }
    }

    /** Whether the query has a row. */
    public boolean exists(String sql, Object... arguments) throws SQLException {
        try (ResultSet rows = bound(sql, arguments).executeQuery()) {
            return rows.next();
        }
    }

    /** Changes rows and answers how many. */
    public int update(String sql, Object... arguments) throws SQLException {
        return bound(sql, arguments).executeUpdate();
    }

    /** One change per list of arguments. */
    public void updateAll(String sql, List<Object[]> argumentLists) throws SQLException {
        PreparedStatement statement = statement(sql);
        try {
            for (Object[] arguments : argumentLists) {
                bind(statement, arguments);
                statement.addBatch();
            }
            statement.executeBatch();
        } finally {
            statement.clearBatch();
        }
    }

    /** Runs a statement that neither takes arguments nor answers, such as {@code commit}. */
    void run(String sql) throws SQLException {
        statement(sql).execute();
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : prepared.values()) {
            statement.close();
        }
        connection.close();
    }

    private PreparedStatement bound(String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = statement(sql);
        bind(statement, arguments);
        return statement;
    }

    private PreparedStatement statement(String sql) throws SQLException {
        PreparedStatement known = prepared.get(sql);
        if (known == null) {
            known = connection.prepareStatement(sql);
            prepared.put(sql, known);
        }
        return known;
    }

    private static void bind(PreparedStatement statement, Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, column(arguments[i]));
        }
    }

    private static Object column(Object argument) {
        return switch (argument) {
            case Optional<?> optional -> optional.map(Session::column).orElse(null);
            case Instant instant -> micros(instant);
            case Duration duration -> TimeUnit.MICROSECONDS.convert(duration);
            case Buffer buffer -> buffer.getBytes();
            default -> argument;
        };
    }

    /** Beyond what a long of microseconds can say, the end of time. */
    private static long micros(Instant instant) {
        return instant.isAfter(END) ? Long.MAX_VALUE : ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static final Instant END = Instant.EPOCH.plus(Long.MAX_VALUE, ChronoUnit.MICROS);
}

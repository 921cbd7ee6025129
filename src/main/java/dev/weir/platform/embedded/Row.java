package dev.weir.platform.embedded;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The row a query stands on, read by column name; valid only until the reader of it returns. */
public record Row(ResultSet columns) {
    /** Makes a value of a row. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(Row row) throws SQLException;
    }

    public String text(String column) throws SQLException {
        return columns.getString(column);
    }

    public Optional<String> optionalText(String column) throws SQLException {
        return Optional.ofNullable(columns.getString(column));
    }

    public int integer(String column) throws SQLException {
        return columns.getInt(column);
    }

    public long number(String column) throws SQLException {
        return columns.getLong(column);
    }

    public Optional<Long> optionalNumber(String column) throws SQLException {
        long value = columns.getLong(column);
        return columns.wasNull() ? Optional.empty() : Optional.of(value);
    }

    public byte[] bytes(String column) throws SQLException {
        return columns.getBytes(column);
    }

    public Instant instant(String column) throws SQLException {
        return Instant.EPOCH.plus(columns.getLong(column), ChronoUnit.MICROS);
    }

    public Optional<Instant> optionalInstant(String column) throws SQLException {
        Instant value = instant(column);
        return columns.wasNull() ? Optional.empty() : Optional.of(value);
    }

    public Duration duration(String column) throws SQLException {
        return Duration.of(columns.getLong(column), ChronoUnit.MICROS);
    }
}

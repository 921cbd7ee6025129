package dev.weir.platform.embedded;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Brings a database to this program's schema: {@code V1.sql}, {@code V2.sql} and so on, each in a transaction of its own. */
final class Migrations {
    private Migrations() {}

    /** Fails with {@code Conflict} if a newer program wrote the database. */
    static void apply(Connection connection) throws SQLException, IOException {
        int version = version(connection);
        int newest = newest();
        if (version > newest) {
            throw new ProblemException(
                    new Problem.Conflict("the database was written by a newer program: its schema is "
                            + version + ", this program knows " + newest));
        }
        for (int next = version + 1; next <= newest; next++) {
            step(connection, next);
        }
    }

    private static void step(Connection connection, int next) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("begin immediate");
            try {
                statement.executeUpdate(script(next));
                statement.executeUpdate("pragma user_version = " + next);
                statement.executeUpdate("commit");
            } catch (SQLException | IOException failed) {
                statement.executeUpdate("rollback");
                throw failed;
            }
        }
    }

    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("pragma user_version")) {
            return version.getInt(1);
        }
    }

    private static int newest() {
        int newest = 0;
        while (Migrations.class.getResource(name(newest + 1)) != null) {
            newest++;
        }
        return newest;
    }

    private static String script(int version) throws IOException {
        try (InputStream resource = Migrations.class.getResourceAsStream(name(version))) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String name(int version) {
        return "V" + version + ".sql";
    }
}

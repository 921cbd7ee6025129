package dev.weir.platform.embedded;

import dev.weir.fixture.Answers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Opens an empty database for each test. */
abstract class SqliteTest {
    @TempDir
    Path directory;

    SqliteDatabase database;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(directory.resolve("data"));
    }

    @AfterEach
    void close() {
        Answers.of(database.close());
    }

    void reopen() {
        close();
        open();
    }
}

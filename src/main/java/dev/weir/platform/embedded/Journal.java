package dev.weir.platform.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds SQLite's write-ahead log. By itself SQLite begins it anew only at a moment when nobody reads what is in it: while many readers catch
 * up there is none, and it grows with every write (SQLite, wal.html, "Avoiding Excessively Large WAL Files"). Used by the writer's thread.
 */
final class Journal {
    /** The size it is cut back to when it begins anew, and beyond which the writer sees to that. */
    static final long MOST = 64 * 1024 * 1024;

    private static final String BEGIN_ANEW = "pragma wal_checkpoint(restart)";
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Path file;
    private final Session session;
    private long limit = MOST;

    Journal(Path database, Session session) {
        this.file = database.resolveSibling(database.getFileName() + "-wal");
        this.session = session;
    }

    /** Waits for those that read from it, if it is too large; those that come meanwhile find all they want in the database. */
    void bound() {
        try {
            long size = Files.size(file);
            if (size <= limit) {
                return;
            }
            boolean busy = session.first(BEGIN_ANEW, row -> row.integer("busy")).orElse(0) != 0;
            limit = busy ? size + MOST : MOST; // a reader that takes long: not each write must wait for it
            if (busy) {
                LOG.warn("the write-ahead log is at {} bytes: something reads the database for long", size);
            }
        } catch (IOException | SQLException failed) {
            LOG.warn("the write-ahead log could not be bounded", failed);
        }
    }
}

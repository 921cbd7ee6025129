package dev.weir.platform.embedded;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that reads; each piece of work sees one snapshot of the database. */
final class SnapshotReader implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotReader.class);

    private final Inbox<Pending<?>> inbox;
    private final Session session;

    SnapshotReader(Inbox<Pending<?>> inbox, Session session) {
        this.inbox = inbox;
        this.session = session;
    }

    @Override
    public void run() {
        List<Pending<?>> next = new ArrayList<>(1);
        try {
            while (inbox.take(next, 1)) {
                read(next.getFirst());
                next.getFirst().answer();
                next.clear();
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("nobody may interrupt a reader", interrupted);
        }
    }

    private void read(Pending<?> pending) {
        try {
            session.run("begin");
            pending.attempt(session);
        } catch (SQLException lost) {
            pending.fail(lost);
        }
        try {
            session.run("rollback"); // there is nothing to commit
        } catch (SQLException none) {
            LOG.debug("there was no snapshot to leave", none);
        }
    }
}

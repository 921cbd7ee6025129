package dev.weir.platform.embedded;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. Everything that waits is done in one transaction, so that it shares one sync of the disk; each piece of work
 * has its savepoint, so that one that fails takes nothing with it. Nobody is answered before the commit.
 */
final class GroupWriter implements Runnable {
    /** Bounds how long the first of a group waits for the last. */
    private static final int GROUP = 256;

    private static final Logger LOG = LoggerFactory.getLogger(GroupWriter.class);

    private final Inbox<Pending<?>> inbox;
    private final Session session;
    private final Journal journal;
    private final LongAdder commits = new LongAdder();
    private final LongAdder works = new LongAdder();

    GroupWriter(Inbox<Pending<?>> inbox, Session session, Journal journal) {
        this.inbox = inbox;
        this.session = session;
        this.journal = journal;
    }

    @Override
    public void run() {
        List<Pending<?>> group = new ArrayList<>();
        try {
            while (inbox.take(group, GROUP)) {
                commit(group);
                group.forEach(Pending::answer);
                group.clear();
                journal.bound();
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("nobody may interrupt the writer", interrupted);
        }
    }

    /** Transactions that reached the disk. */
    long commits() {
        return commits.sum();
    }

    /** What was done in them. */
    long works() {
        return works.sum();
    }

    private void commit(List<Pending<?>> group) {
        try {
            session.run("begin immediate");
            for (Pending<?> pending : group) {
                isolate(pending);
            }
            session.run("commit");
            commits.increment();
            works.add(group.size());
        } catch (SQLException | RuntimeException lost) {
            LOG.error("a group of {} writes was rolled back", group.size(), lost);
            rollBack();
            group.forEach(pending -> pending.fail(lost));
        }
    }

    /** On a full disk SQLite may give up the whole transaction; then the savepoint is gone, and this throws for the group. */
    private void isolate(Pending<?> pending) throws SQLException {
        session.run("savepoint one");
        if (!pending.attempt(session)) {
            session.run("rollback to one");
        }
        session.run("release one");
    }

    private void rollBack() {
        try {
            session.run("rollback");
        } catch (SQLException none) {
            LOG.debug("there was no transaction left to roll back", none);
        }
    }
}

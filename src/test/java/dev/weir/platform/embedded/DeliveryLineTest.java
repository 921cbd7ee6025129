package dev.weir.platform.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.webhook.DeliveryStore.Leased;
import dev.weir.feature.webhook.DeliveryStore.Room;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.sqlite.ProgressHandler;

/** How much a look for due deliveries does, in steps of SQLite's machine: the same however much waits. */
class DeliveryLineTest extends SqliteTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Room ROOM = new Room(8, 100, 4);

    private static final String ENDPOINTS = """
            with recursive n (i) as (select 1 union all select i + 1 from n where i < ?)
            insert into webhook_endpoint (tenant, skill, stage, url) select 'tenant-' || (i % ?), 's', 'p', ? || i from n""";
    private static final String DELIVERIES = """
            with recursive n (i) as (select 1 union all select i + 1 from n where i < ?)
            insert into delivery (id, tenant, endpoint, type, secret, body, state, tries, next_at, created_at)
            select hex(randomblob(16)), e.tenant, e.id, 'run.failed', 'k', x'7b7d', 'PENDING', 0, ?, 0
            from n, webhook_endpoint e where e.url like ? || '%'""";

    @Test
    void whatWaitsAtAnEndpointCostsNothing() throws SQLException {
        try (Connection connection = connection(); Session session = new Session(connection)) {
            fill(session, 20, 50, NOW, "few");
            long few = steps(connection, session, 8);
            fill(session, 20, 2_000, NOW, "few");
            long many = steps(connection, session, 8);
            assertThat(many).isLessThan(2 * few);
        }
    }

    @Test
    void endpointsThatNeedNothingNowCostNothing() throws SQLException {
        try (Connection connection = connection(); Session session = new Session(connection)) {
            fill(session, 20, 50, NOW, "due");
            long alone = steps(connection, session, 8);
            session.update(ENDPOINTS, 20_000, 1, "idle");
            fill(session, 2_000, 1, NOW.plusSeconds(9), "later");
            long among = steps(connection, session, 8);
            assertThat(among).isLessThan(2 * alone);
        }
    }

    @Test
    void endpointsThatAreSlowCostNoMoreThanTheirLettersUnderWay() throws SQLException {
        try (Connection connection = connection(); Session session = new Session(connection)) {
            fill(session, 8, 500, NOW, "slow");
            for (int taken = 0; taken < 32; taken += 8) {
                steps(connection, session, 8);
            }
            long nothing = steps(connection, session, 0);
            fill(session, 8, 5_000, NOW, "slow");
            steps(connection, session, 0); // brings them back into line
            assertThat(steps(connection, session, 0)).isLessThan(2 * nothing);
        }
    }

    /** Of a look that takes {@code expected}, in hundreds. */
    private static long steps(Connection connection, Session session, int expected) throws SQLException {
        AtomicLong steps = new AtomicLong();
        ProgressHandler.setHandler(connection, 100, new ProgressHandler() {
            @Override
            protected int progress() {
                steps.incrementAndGet();
                return 0;
            }
        });
        List<Leased> leased = DeliveryLine.lease(session, ROOM, NOW, NOW.plusSeconds(60));
        ProgressHandler.clearHandler(connection);
        assertThat(leased).hasSize(expected);
        return steps.get();
    }

    /** Endpoints of four tenants, unless there are some of that name, and more deliveries for each. */
    private static void fill(Session session, int endpoints, int each, Instant due, String name) throws SQLException {
        session.run("begin");
        if (ids(session, name).isEmpty()) {
            session.update(ENDPOINTS, endpoints, 4, name);
        }
        session.update(DELIVERIES, each, due, name);
        for (long id : ids(session, name)) {
            DeliveryLine.changed(session, id);
        }
        session.run("commit");
    }

    private static List<Long> ids(Session session, String name) throws SQLException {
        return session.list("select id from webhook_endpoint where url like ? || '%'", row -> row.number("id"), name);
    }

    private Connection connection() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("data").resolve("weir.db"));
    }
}

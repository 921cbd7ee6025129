package dev.weir.platform.embedded;

import dev.weir.contract.ScheduledRunsContract;
import dev.weir.feature.run.Runs;
import dev.weir.fixture.HandClock;

class SqliteScheduledRunsTest extends SqliteTest implements ScheduledRunsContract {
    private final HandClock clock = new HandClock();

    @Override
    public HandClock clock() {
        return clock;
    }

    @Override
    public Runs.Ports ports() {
        return new Runs.Ports(new SqliteRunStore(database, clock),
                new SqliteRunQueue(database, new SqliteRunQueue.Bounds(CAPACITY, CAPACITY, 3)),
                new SqliteRunLog(database));
    }

    @Override
    public SqliteSkillCatalog catalog() {
        return new SqliteSkillCatalog(database);
    }

    @Override
    public SqliteScheduleStore schedules() {
        return new SqliteScheduleStore(database);
    }
}

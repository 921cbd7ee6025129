package dev.weir.platform.embedded;

import dev.weir.contract.DispatchAuditsContract;
import dev.weir.fixture.HandClock;

class SqliteDispatchAuditsTest extends SqliteTest implements DispatchAuditsContract {
    private final HandClock clock = new HandClock();

    @Override
    public SqliteDispatchAudits audits() {
        return new SqliteDispatchAudits(database, clock);
    }

    @Override
    public HandClock clock() {
        return clock;
    }
}

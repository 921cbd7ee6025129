package dev.weir.platform.embedded;

import dev.weir.contract.RunListContract;
import dev.weir.contract.RunStoreContract;
import dev.weir.fixture.HandClock;

class SqliteRunStoreTest extends SqliteTest implements RunStoreContract, RunListContract {
    private final HandClock clock = new HandClock();

    @Override
    public SqliteRunStore runs() {
        return new SqliteRunStore(database, clock);
    }

    @Override
    public HandClock clock() {
        return clock;
    }
}

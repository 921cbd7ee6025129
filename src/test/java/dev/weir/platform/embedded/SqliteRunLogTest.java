package dev.weir.platform.embedded;

import dev.weir.contract.RunLogContract;
import dev.weir.fixture.HandClock;

class SqliteRunLogTest extends SqliteTest implements RunLogContract {
    @Override
    public SqliteRunLog log() {
        return new SqliteRunLog(database);
    }

    @Override
    public SqliteRunStore runs() {
        return new SqliteRunStore(database, new HandClock());
    }
}

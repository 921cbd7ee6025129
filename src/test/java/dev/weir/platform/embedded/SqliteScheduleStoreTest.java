package dev.weir.platform.embedded;

import dev.weir.contract.ScheduleStoreContract;

class SqliteScheduleStoreTest extends SqliteTest implements ScheduleStoreContract {
    @Override
    public SqliteScheduleStore schedules() {
        return new SqliteScheduleStore(database);
    }
}

package dev.weir.platform.embedded;

import dev.weir.contract.RunQueueContract;

class SqliteRunQueueTest extends SqliteTest implements RunQueueContract {
    @Override
    public SqliteRunQueue queue() {
        return new SqliteRunQueue(database, CAPACITY);
    }
}

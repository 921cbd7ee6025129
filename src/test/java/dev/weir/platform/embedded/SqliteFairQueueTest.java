package dev.weir.platform.embedded;

import dev.weir.contract.FairQueueContract;

class SqliteFairQueueTest extends SqliteTest implements FairQueueContract {
    @Override
    public SqliteRunQueue fairQueue() {
        return new SqliteRunQueue(database, new SqliteRunQueue.Bounds(CAPACITY, PER_TENANT, RECEIVES));
    }
}

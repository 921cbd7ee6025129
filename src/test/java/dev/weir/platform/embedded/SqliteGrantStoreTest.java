package dev.weir.platform.embedded;

import dev.weir.contract.GrantStoreContract;

class SqliteGrantStoreTest extends SqliteTest implements GrantStoreContract {
    @Override
    public SqliteGrantStore grants() {
        return new SqliteGrantStore(database);
    }
}

package dev.weir.platform.embedded;

import dev.weir.contract.DeliveryStoreContract;

class SqliteDeliveryStoreTest extends SqliteTest implements DeliveryStoreContract {
    @Override
    public SqliteDeliveryStore deliveries() {
        return new SqliteDeliveryStore(database, WAITING);
    }
}

package dev.weir.platform.embedded;

import dev.weir.contract.ApiKeyStoreContract;

class SqliteApiKeyStoreTest extends SqliteTest implements ApiKeyStoreContract {
    @Override
    public SqliteApiKeyStore keys() {
        return new SqliteApiKeyStore(database);
    }
}

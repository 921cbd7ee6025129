package dev.weir.platform.embedded;

import dev.weir.contract.SandboxStoreContract;

class SqliteSandboxStoreTest extends SqliteTest implements SandboxStoreContract {
    @Override
    public SqliteSandboxStore sandboxes() {
        return new SqliteSandboxStore(database);
    }
}

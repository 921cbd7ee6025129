package dev.weir.app;

import dev.weir.platform.embedded.SqliteDatabase;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** What the embedded store does: {@code weir.store.writes} that were made durable by {@code weir.store.commits}, each a sync of the disk. */
record StoreMeters(SqliteDatabase database) implements MeterBinder {
    static final String COMMITS = "weir.store.commits";
    static final String WRITES = "weir.store.writes";

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder(COMMITS, database, SqliteDatabase::commits).register(registry);
        FunctionCounter.builder(WRITES, database, SqliteDatabase::writes).register(registry);
    }
}

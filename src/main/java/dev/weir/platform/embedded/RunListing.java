package dev.weir.platform.embedded;

import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.RunStore.RunFilter;
import dev.weir.kernel.Page;
import dev.weir.kernel.TenantId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One page of a tenant's runs, newest first: the query of the filters that are set, each of which an index serves. */
final class RunListing {
    private final TenantId tenant;
    private final int limit;
    private final StringBuilder sql = new StringBuilder("select * from run where tenant = ?");
    private final List<Object> arguments = new ArrayList<>();

    RunListing(TenantId tenant, RunFilter filter, Optional<RunCursor> after, int limit) {
        this.tenant = tenant;
        this.limit = limit;
        arguments.add(tenant.value());
        only("skill = ?", filter.skill());
        only("stage = ?", filter.stage());
        only("status = ?", filter.status().map(RunStatus::wireName));
        only("invoked_by = ?", filter.invokedBy());
        only("created_at > ?", filter.createdAfter());
        only("created_at < ?", filter.createdBefore());
        after.ifPresent(cursor -> {
            sql.append(" and (created_at, id) < (?, ?)");
            arguments.add(cursor.createdAt());
            arguments.add(cursor.id().value());
        });
        sql.append(" order by created_at desc, id desc limit ?");
        arguments.add(limit + 1); // one more tells whether there is a next page
    }

    Page<Run> read(Session session) throws SQLException {
        List<Run> runs = session.list(sql.toString(), RunRows::run, arguments.toArray());
        if (runs.size() <= limit) {
            return new Page<>(runs, Optional.empty());
        }
        List<Run> page = runs.subList(0, limit);
        return new Page<>(page, Optional.of(RunCursor.after(page.getLast()).text(tenant)));
    }

    private void only(String condition, Optional<?> value) {
        value.ifPresent(set -> {
            sql.append(" and ").append(condition);
            arguments.add(set);
        });
    }
}

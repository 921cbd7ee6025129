package dev.weir.platform.embedded;

import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunOrder;
import dev.weir.feature.run.RunStore.Created;
import dev.weir.feature.run.RunStore.IdempotencyKey;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.TenantId;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Writing a new run, once per idempotency key. The writer does one transaction at a time, so looking first and then writing is safe. */
record RunCreation(RunId id, RunOrder order, Optional<IdempotencyKey> key) {
    private static final Duration KEY_VALID = Duration.ofHours(24);

    private static final String INSERT = """
            insert into run (id, tenant, skill, stage, version, source, invoked_by, input, timeout, max_attempts,
            line, created_at, kind, status) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued') returning *""";
    private static final String HASH_OF = """
            select request_hash from idempotency_key where tenant = ? and key = ? and created_at > ?""";
    private static final String RUN_OF = """
            select run.* from idempotency_key used join run on run.id = used.run_id
            where used.tenant = ? and used.key = ? and used.created_at > ?""";
    private static final String KEEP = """
            insert or replace into idempotency_key (tenant, key, request_hash, run_id, created_at)
            values (?, ?, ?, ?, ?)""";
    /** A few at a time, with every new one: faster than they come, and never a long write. */
    private static final String FORGET = """
            delete from idempotency_key where (tenant, key) in
            (select tenant, key from idempotency_key where created_at <= ? order by created_at limit 8)""";

    Created write(Session session, Instant now) throws SQLException {
        if (key.isEmpty()) {
            return new Created.New(insert(session));
        }
        TenantId tenant = order.stage().tenant();
        Optional<Created> known = replay(session, tenant, key.get(), now);
        if (known.isPresent()) {
            return known.get();
        }
        session.update(FORGET, now.minus(KEY_VALID));
        Run run = insert(session);
        session.update(KEEP, tenant.value(), key.get().key(), key.get().requestHash(), id.value(), order.createdAt());
        return new Created.New(run);
    }

    /** What the key stands for still, to who comes with it again. */
    static Optional<Created> replay(Session session, TenantId tenant, IdempotencyKey wanted, Instant now)
            throws SQLException {
        Optional<String> hash = session.first(HASH_OF, row -> row.text("request_hash"), tenant.value(), wanted.key(),
                now.minus(KEY_VALID));
        if (hash.isPresent() && !hash.get().equals(wanted.requestHash())) {
            return Optional.of(new Created.KeyReused());
        }
        return byKey(session, tenant, wanted.key(), now).map(Created.Replayed::new);
    }

    /** The run that the key names still. */
    static Optional<Run> byKey(Session session, TenantId tenant, String key, Instant now) throws SQLException {
        return session.first(RUN_OF, RunRows::run, tenant.value(), key, now.minus(KEY_VALID));
    }

    private Run insert(Session session) throws SQLException {
        StageRef stage = order.stage();
        return session.first(INSERT, RunRows::run, id.value(), stage.tenant().value(), stage.skill(), stage.stage(),
                order.version(), order.source(), order.invokedBy(), order.input(), order.timeout(), order.maxAttempts(),
                order.line().name(), order.createdAt(), order.kind().name()).orElseThrow();
    }
}

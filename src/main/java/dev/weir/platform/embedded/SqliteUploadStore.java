package dev.weir.platform.embedded;

import dev.weir.feature.skill.Finding;
import dev.weir.kernel.StageRef;
import dev.weir.feature.skill.Upload;
import dev.weir.feature.skill.UploadStore;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Uploads in the table {@code upload}; they go with their stage. */
public final class SqliteUploadStore implements UploadStore {
    private static final String ADD = """
            insert into upload (id, tenant, skill, stage, status, declared_size, declared_sha256, findings, created_at,
            expires_at) values (?, ?, ?, ?, ?, ?, ?, '[]', ?, ?)""";
    private static final String SUPERSEDE = """
            update upload set status = 'REJECTED', findings = ?, package_digest = null, metadata = null
            where tenant = ? and skill = ? and stage = ? and status = ? and id <> ?""";
    private static final String FIND = "select * from upload where id = ? and tenant = ?";
    private static final String ANNOUNCED = "select * from upload where id = ?";
    private static final String ARRIVE = """
            update upload set status = 'VALIDATING', digest = ?
            where id = ? and status = 'AWAITING_UPLOAD' and expires_at > ? returning *""";
    private static final String TAKE = """
            update upload set attempts = attempts + 1, lease_until = ?2 where id = (select id from upload
            where status = 'VALIDATING' and lease_until <= ?1 order by (select count(*) from upload as taken where
            taken.status = 'VALIDATING' and taken.tenant = upload.tenant and taken.lease_until > ?1), created_at, id
            limit 1) returning *""";
    private static final String POSTPONE = """
            update upload set lease_until = ? where id = ? and status = 'VALIDATING'""";
    private static final String DECIDE = """
            update upload set status = ?, findings = ?, package_digest = ?, metadata = ?
            where id = ? and tenant = ? and status = 'VALIDATING'""";
    private static final String EXPIRE = """
            update upload set status = 'REJECTED', findings = ?
            where status = 'AWAITING_UPLOAD' and expires_at <= ?""";
    private static final String RELEASE_ALL = "update upload set lease_until = 0 where status = 'VALIDATING'";

    private final SqliteDatabase database;

    public SqliteUploadStore(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Future<Void> add(Upload upload) {
        StageRef ref = upload.stage();
        return database.write(session -> {
            SqliteSkillCatalog.requireStage(session, ref);
            supersede(session, upload, Upload.Status.AWAITING_UPLOAD);
            session.update(ADD, upload.id(), ref.tenant().value(), ref.skill(), ref.stage(), upload.status().name(),
                    upload.declared().size(), upload.declared().sha256(), upload.createdAt(), upload.expiresAt());
            return null;
        });
    }

    @Override
    public Future<Optional<Upload>> find(TenantId tenant, String id) {
        return database.read(session -> session.first(FIND, UploadRows::upload, id, tenant.value()));
    }

    @Override
    public Future<Optional<Upload>> announced(String id) {
        return database.read(session -> session.first(ANNOUNCED, UploadRows::upload, id));
    }

    @Override
    public Future<Boolean> arrive(String id, String digest, Instant now) {
        return database.write(session -> {
            Optional<Upload> arrived = session.first(ARRIVE, UploadRows::upload, digest, id, now);
            if (arrived.isPresent()) {
                supersede(session, arrived.get(), Upload.Status.VALIDATING);
            }
            return arrived.isPresent();
        });
    }

    @Override
    public Future<Optional<Turn>> take(Instant now, Instant until) {
        return database.write(session -> session.first(TAKE,
                row -> new Turn(UploadRows.upload(row), row.integer("attempts")), now, until));
    }

    @Override
    public Future<Void> postpone(String id, Instant at) {
        return database.write(session -> {
            session.update(POSTPONE, at, id);
            return null;
        });
    }

    @Override
    public Future<Boolean> decide(Upload decided) {
        return database.write(session -> {
            boolean stands = session.update(DECIDE, decided.status().name(), UploadRows.json(decided.findings()),
                    decided.accepted().map(Upload.Accepted::digest),
                    decided.accepted().map(accepted -> UploadRows.json(accepted.metadata())), decided.id(),
                    decided.stage().tenant().value()) == 1;
            if (stands && decided.status() == Upload.Status.READY_TO_DEPLOY) {
                supersede(session, decided, Upload.Status.READY_TO_DEPLOY);
            }
            return stands;
        });
    }

    @Override
    public Future<Integer> expire(Instant now) {
        return database.write(session -> session.update(EXPIRE, findings(Upload.EXPIRED), now));
    }

    @Override
    public Future<Void> releaseAll() {
        return database.write(session -> {
            session.update(RELEASE_ALL);
            return null;
        });
    }

    /** The stage's others of that status give way. */
    private static void supersede(Session session, Upload by, Upload.Status status) throws SQLException {
        StageRef ref = by.stage();
        session.update(SUPERSEDE, findings(Upload.SUPERSEDED), ref.tenant().value(), ref.skill(), ref.stage(),
                status.name(), by.id());
    }

    private static String findings(Finding finding) {
        return UploadRows.json(List.of(finding));
    }
}

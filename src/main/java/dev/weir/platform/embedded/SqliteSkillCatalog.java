package dev.weir.platform.embedded;

import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.feature.skill.Skill;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.StageSettings;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The catalog in the tables {@code skill}, {@code stage} and {@code deployment}; what belongs to a skill or stage, uploads included, goes with
 * it (foreign keys). A deployment for a stage that is not there fails with {@code NotFound}.
 */
public final class SqliteSkillCatalog implements SkillCatalog {
    private static final String CREATE_SKILL = """
            insert or ignore into skill (tenant, name, description, input_schema, output_schema, created_at, updated_at)
            values (?, ?, ?, ?, ?, ?, ?)""";
    private static final String SKILL = "select * from skill where tenant = ? and name = ?";
    private static final String SKILLS = "select * from skill where tenant = ? and name > ? order by name limit ?";
    private static final String UPDATE_SKILL = """
            update skill set description = ?, input_schema = ?, output_schema = ?, updated_at = ?
            where tenant = ? and name = ?""";
    private static final String DELETE_SKILL = "delete from skill where tenant = ? and name = ?";
    private static final String PUT_STAGE = """
            insert into stage (tenant, skill, name, size, timeout, env, secret_refs, max_attempts, timing, webhook, limits,
            runs_in, created_at, updated_at)
            select tenant, name, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? from skill where tenant = ? and name = ?
            on conflict do update set size = excluded.size, timeout = excluded.timeout, env = excluded.env,
            secret_refs = excluded.secret_refs,
            max_attempts = excluded.max_attempts, timing = excluded.timing, webhook = excluded.webhook,
            limits = excluded.limits, runs_in = excluded.runs_in, updated_at = excluded.updated_at""";
    private static final String STAGE = "select * from stage where tenant = ? and skill = ? and name = ?";
    private static final String STAGES = "select * from stage where tenant = ? and skill = ? order by name";
    private static final String STAGES_WITH_SECRETS = """
            select * from stage where tenant = ? and (secret_refs <> '[]' or webhook is not null)
            order by skill, name""";
    /** The condition is the index's, to the letter. */
    private static final String SCHEDULED = """
            select * from stage where json_extract(timing, '$.enabled') and (tenant, skill, name) > (?, ?, ?)
            order by tenant, skill, name limit ?""";
    private static final String ACTIVE = """
            select deployment.* from stage join deployment on deployment.tenant = stage.tenant
            and deployment.skill = stage.skill and deployment.stage = stage.name
            and deployment.version = stage.active_version
            where stage.tenant = ? and stage.name = ? and stage.skill > ? order by stage.skill limit ?""";
    private static final String DELETE_STAGE = "delete from stage where tenant = ? and skill = ? and name = ?";
    /** Of several confirmations that are based on the same newest deployment, the first changes what is newest; an upload may be superseded. */
    private static final String ADD_DEPLOYMENT = """
            insert or ignore into deployment (tenant, skill, stage, version, upload_id, digest, handler, description,
            input_schema, output_schema, dependencies, created_by, created_at)
            select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13 where ?14 is (select version from deployment
            where tenant = ?1 and skill = ?2 and stage = ?3 order by seq desc limit 1) and not exists
            (select 1 from deployment where tenant = ?1 and skill = ?2 and stage = ?3 and upload_id = ?5)
            and not exists (select 1 from upload where id = ?5 and status <> 'READY_TO_DEPLOY')""";
    private static final String NEWEST = """
            select * from deployment where tenant = ? and skill = ? and stage = ? order by seq desc limit 1""";
    private static final String ACTIVATE = """
            update stage set active_version = ?1 where tenant = ?2 and skill = ?3 and name = ?4 and exists
            (select 1 from deployment where tenant = ?2 and skill = ?3 and stage = ?4 and version = ?1)""";
    private static final String DEPLOYMENT = """
            select * from deployment where tenant = ? and skill = ? and stage = ? and version = ?""";
    private static final String DEPLOYMENTS = """
            select * from deployment where tenant = ? and skill = ? and stage = ?
            order by created_at desc, seq desc limit ?""";

    private final SqliteDatabase database;

    public SqliteSkillCatalog(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Future<Boolean> create(Skill skill) {
        return changes(CREATE_SKILL, skill.tenant().value(), skill.name(), skill.description(), skill.inputSchema(),
                skill.outputSchema(), skill.createdAt(), skill.updatedAt());
    }

    @Override
    public Future<Optional<Skill>> skill(TenantId tenant, String name) {
        return database.read(session -> session.first(SKILL, CatalogRows::skill, tenant.value(), name));
    }

    @Override
    public Future<List<Skill>> skills(TenantId tenant, String after, int limit) {
        return database.read(session -> session.list(SKILLS, CatalogRows::skill, tenant.value(), after, limit));
    }

    @Override
    public Future<Boolean> update(Skill skill) {
        return changes(UPDATE_SKILL, skill.description(), skill.inputSchema(), skill.outputSchema(), skill.updatedAt(),
                skill.tenant().value(), skill.name());
    }

    @Override
    public Future<Boolean> delete(TenantId tenant, String name) {
        return changes(DELETE_SKILL, tenant.value(), name);
    }

    @Override
    public Future<Boolean> put(Stage stage) {
        StageRef ref = stage.ref();
        StageSettings settings = stage.settings();
        return changes(PUT_STAGE, ref.stage(), settings.size().name(), settings.timeout(),
                StageRows.env(settings.env()), StageRows.secretRefs(settings.secretRefs()), settings.maxAttempts(),
                StageRows.timing(settings.timing()), StageRows.webhook(settings.webhook()),
                StageRows.limits(settings.limits()), settings.runsIn().name(), stage.createdAt(), stage.updatedAt(),
                ref.tenant().value(), ref.skill());
    }

    @Override
    public Future<Optional<Stage>> stage(StageRef ref) {
        return database.read(session -> session.first(STAGE, CatalogRows::stage, key(ref)));
    }

    @Override
    public Future<List<Stage>> stages(TenantId tenant, String skill) {
        return database.read(session -> session.list(STAGES, CatalogRows::stage, tenant.value(), skill));
    }

    @Override
    public Future<List<Stage>> stagesWithSecrets(TenantId tenant) {
        return database.read(session -> session.list(STAGES_WITH_SECRETS, CatalogRows::stage, tenant.value()));
    }

    @Override
    public Future<List<Stage>> scheduled(Optional<StageRef> after, int limit) {
        return database.read(session -> session.list(SCHEDULED, CatalogRows::stage,
                after.map(ref -> ref.tenant().value()).orElse(""), after.map(StageRef::skill).orElse(""),
                after.map(StageRef::stage).orElse(""), limit));
    }

    @Override
    public Future<List<Deployment>> active(TenantId tenant, String stage, String after, int limit) {
        return database.read(
                session -> session.list(ACTIVE, CatalogRows::deployment, tenant.value(), stage, after, limit));
    }

    @Override
    public Future<Boolean> delete(StageRef ref) {
        return changes(DELETE_STAGE, key(ref));
    }

    @Override
    public Future<Boolean> deploy(Deployment deployment, Optional<String> follows) {
        StageRef ref = deployment.stage();
        PackageMetadata metadata = deployment.metadata();
        return database.write(session -> {
            requireStage(session, ref);
            int added = session.update(ADD_DEPLOYMENT, ref.tenant().value(), ref.skill(), ref.stage(),
                    deployment.version(), deployment.uploadId(), deployment.digest(), metadata.handler(),
                    metadata.description(), metadata.inputSchema(), metadata.outputSchema(),
                    UploadRows.dependencies(metadata.dependencies()), deployment.createdBy(), deployment.createdAt(),
                    follows);
            return added == 1 && activate(session, ref, deployment.version());
        });
    }

    @Override
    public Future<Optional<Deployment>> newest(StageRef ref) {
        return database.read(session -> session.first(NEWEST, CatalogRows::deployment, key(ref)));
    }

    @Override
    public Future<Boolean> activate(StageRef ref, String version) {
        return database.write(session -> activate(session, ref, version));
    }

    @Override
    public Future<Optional<Deployment>> deployment(StageRef ref, String version) {
        return database.read(session -> session.first(DEPLOYMENT, CatalogRows::deployment, ref.tenant().value(),
                ref.skill(), ref.stage(), version));
    }

    @Override
    public Future<List<Deployment>> deployments(StageRef ref, int limit) {
        return database.read(session -> session.list(DEPLOYMENTS, CatalogRows::deployment, ref.tenant().value(),
                ref.skill(), ref.stage(), limit));
    }

    private Future<Boolean> changes(String sql, Object... arguments) {
        return database.write(session -> session.update(sql, arguments) == 1);
    }

    private static boolean activate(Session session, StageRef ref, String version) throws SQLException {
        return session.update(ACTIVATE, version, ref.tenant().value(), ref.skill(), ref.stage()) == 1;
    }

    /** The stage must be there. */
    static void requireStage(Session session, StageRef ref) throws SQLException {
        if (!session.exists(STAGE, key(ref))) {
            throw new ProblemException(new Problem.NotFound("stage", ref.stage()));
        }
    }

    static Object[] key(StageRef ref) {
        return new Object[]{ref.tenant().value(), ref.skill(), ref.stage()};
    }
}

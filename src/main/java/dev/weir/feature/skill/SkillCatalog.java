package dev.weir.feature.skill;

import dev.weir.kernel.StageRef;

import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Skills, stages and deployments. Every method is scoped by tenant: a foreign id reads as absent. Writes complete once durable.
 */
public interface SkillCatalog {
    /** False if the tenant has a skill of that name. */
    Future<Boolean> create(Skill skill);

    Future<Optional<Skill>> skill(TenantId tenant, String name);

    /** By name, ascending, starting after {@code after} ({@code ""} for the beginning), at most {@code limit}. */
    Future<List<Skill>> skills(TenantId tenant, String after, int limit);

    /** Replaces the metadata; false if there is no such skill. */
    Future<Boolean> update(Skill skill);

    /** Removes a skill with its stages, uploads and deployments (runs stay); false if there is none. */
    Future<Boolean> delete(TenantId tenant, String name);

    /** Creates the stage or replaces its settings, leaving {@code activeVersion} and {@code createdAt} as they are; false if the skill is absent. */
    Future<Boolean> put(Stage stage);

    Future<Optional<Stage>> stage(StageRef ref);

    /** Those of the tenant's stages that hold secrets, by skill and name. */
    Future<List<Stage>> stagesWithSecrets(TenantId tenant);

    /**
     * Every tenant's stages with a plan in force, by tenant, skill and name, after {@code after} (empty for the beginning), at most
     * {@code limit}: for whoever keeps the schedules.
     */
    Future<List<Stage>> scheduled(Optional<StageRef> after, int limit);

    /**
     * What runs on the stages of that name: the active deployment of each, by skill, ascending, starting after {@code after} ({@code ""} for
     * the beginning), at most {@code limit}.
     */
    Future<List<Deployment>> active(TenantId tenant, String stage, String after, int limit);

    /** The skill's stages by name. */
    Future<List<Stage>> stages(TenantId tenant, String skill);

    Future<Boolean> delete(StageRef ref);

    /**
     * Freezes a deployment and makes it the stage's active version, atomically. False, and without effect, if the stage's newest
     * deployment is not {@code follows} (any more), or if the version or the upload was deployed before. Fails with {@code NotFound} if the
     * stage is absent.
     *
     * @param follows the version of the newest deployment that the decision was based on; empty if there was none
     */
    Future<Boolean> deploy(Deployment deployment, Optional<String> follows);

    /** The stage's newest deployment, active or not. */
    Future<Optional<Deployment>> newest(StageRef ref);

    /** Makes an existing deployment the active one; false if there is none of that version. */
    Future<Boolean> activate(StageRef ref, String version);

    Future<Optional<Deployment>> deployment(StageRef ref, String version);

    /** Newest first. */
    Future<List<Deployment>> deployments(StageRef ref, int limit);
}

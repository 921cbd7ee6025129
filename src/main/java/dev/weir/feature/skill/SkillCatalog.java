package dev.weir.feature.skill;

import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Skills, stages, uploads and deployments. Every method is scoped by tenant: a foreign id reads as absent. Writes complete once durable.
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
     * What runs on the stages of that name: the active deployment of each, by skill, ascending, starting after {@code after} ({@code ""} for
     * the beginning), at most {@code limit}.
     */
    Future<List<Deployment>> active(TenantId tenant, String stage, String after, int limit);

    /** The skill's stages by name. */
    Future<List<Stage>> stages(TenantId tenant, String skill);

    Future<Boolean> delete(StageRef ref);

    /** Records a new upload; an earlier one of the stage that still awaits its bytes becomes rejected. */
    Future<Void> add(Upload upload);

    Future<Optional<Upload>> upload(TenantId tenant, String uploadId);

    /** An upload of any tenant by its id alone: for the holder of a signed URL that names it. */
    Future<Optional<Upload>> announced(String uploadId);

    /** Compare-and-set: replaces the upload if its status is still {@code expected}; false otherwise. */
    Future<Boolean> move(Upload.Status expected, Upload upload);

    /** Uploads of any tenant that are {@code VALIDATING}, oldest first: what a crash interrupted. */
    Future<List<Upload>> validating(int limit);

    /** Freezes a deployment and makes it the stage's active version, atomically; false if the version exists already. */
    Future<Boolean> deploy(Deployment deployment);

    /** Makes an existing deployment the active one; false if there is none of that version. */
    Future<Boolean> activate(StageRef ref, String version);

    Future<Optional<Deployment>> deployment(StageRef ref, String version);

    /** Newest first. */
    Future<List<Deployment>> deployments(StageRef ref, int limit);
}

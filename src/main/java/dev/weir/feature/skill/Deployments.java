package dev.weir.feature.skill;

import dev.weir.kernel.StageRef;

import dev.weir.feature.access.Permit;
import dev.weir.feature.skill.Upload.Accepted;
import dev.weir.feature.skill.change.ChangeLevel;
import dev.weir.feature.skill.change.Confirmation;
import dev.weir.feature.skill.change.SchemaChange;
import dev.weir.feature.skill.change.SchemaDiff;
import dev.weir.feature.skill.change.Version;
import dev.weir.kernel.Offload;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** From an upload that passed to the code a stage runs. */
public final class Deployments {
    private static final Version FIRST = new Version(1, 0, 0);

    private final SkillCatalog catalog;
    private final UploadStore uploads;
    private final Offload offload;
    private final InstantSource clock;

    /** @param offload compares schemas */
    public Deployments(SkillCatalog catalog, UploadStore uploads, Offload offload, InstantSource clock) {
        this.catalog = catalog;
        this.uploads = uploads;
        this.offload = offload;
        this.clock = clock;
    }

    /**
     * What an owner confirms.
     *
     * @param level may be left out where nothing was deployed before
     */
    public record Order(String uploadId, Version version, Optional<ChangeLevel> level) {}

    /**
     * What confirming an upload would take.
     *
     * @param change from the newest deployment to this upload; absent if there is none
     * @param nextVersion by the lowest level allowed
     */
    public record Proposal(Optional<SchemaChange> change, Version nextVersion) {}

    /** How two deployments of a stage differ. */
    public record Difference(Deployment from, Deployment to, SchemaChange inputSchema) {}

    /** For an upload that is ready; empty otherwise. */
    public Future<Optional<Proposal>> propose(Upload upload) {
        return upload.accepted().isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : catalog.newest(upload.stage()).compose(newest -> offload
                        .call(() -> Optional.of(proposal(upload.accepted().get(), newest))));
    }

    private static Proposal proposal(Accepted accepted, Optional<Deployment> newest) {
        Optional<SchemaChange> change = newest.map(before -> change(before.metadata(), accepted.metadata()));
        Version next = newest.flatMap(before -> Version.parse(before.version()))
                .map(before -> before.next(change.orElseThrow().minimum())).orElse(FIRST);
        return new Proposal(change, next);
    }

    /**
     * Freezes an accepted upload and makes it active. Fails with {@code Conflict} if it is not ready, the level is lower than the change of
     * the input schema demands, the version does not follow from the level, or another confirmation came first.
     */
    public Future<Deployment> confirm(Permit owner, String skill, String stage, Order order) {
        StageRef ref = new StageRef(owner.tenant(), skill, stage);
        return uploads.find(owner.tenant(), order.uploadId())
                .map(found -> found.filter(upload -> upload.stage().equals(ref))
                        .orElseThrow(() -> absent("upload", order.uploadId())))
                .compose(upload -> catalog.newest(ref).compose(newest -> {
                    Accepted accepted = upload.accepted().orElseThrow(() -> new ProblemException(
                            new Problem.Conflict("the upload is " + upload.status().wireName())));
                    return offload.call(() -> {
                        require(order, accepted, newest);
                        return accepted;
                    }).compose(_ -> freeze(owner, upload, accepted, order, newest.map(Deployment::version)));
                }));
    }

    private static void require(Order order, Accepted accepted, Optional<Deployment> newest) {
        if (newest.isEmpty()) {
            return;
        }
        ChangeLevel level = order.level().orElseThrow(() -> new ProblemException(Problem.Invalid.of("/change_level",
                "is required: this stage has had a deployment before")));
        Confirmation.require(Version.parse(newest.get().version()), order.version(), level,
                change(newest.get().metadata(), accepted.metadata()));
    }

    private Future<Deployment> freeze(Permit owner, Upload upload, Accepted accepted, Order order,
            Optional<String> follows) {
        Deployment deployment = new Deployment(upload.stage(), order.version().toString(), upload.id(),
                accepted.digest(), accepted.metadata(), owner.caller().user(), clock.instant());
        return catalog.deploy(deployment, follows).map(done -> {
            if (!done) {
                throw new ProblemException(new Problem.Conflict(
                        "this upload or version is deployed already, or another confirmation came first"));
            }
            return deployment;
        });
    }

    /** Newest first. */
    public Future<List<Deployment>> list(Permit permit, String skill, String stage, int limit) {
        StageRef ref = new StageRef(permit.tenant(), skill, stage);
        return stage(ref).compose(_ -> catalog.deployments(ref, limit));
    }

    /** What changed from one version, the active one unless said, to another. */
    public Future<Difference> compare(Permit permit, String skill, String stage, Optional<String> from, String to) {
        StageRef ref = new StageRef(permit.tenant(), skill, stage);
        return stage(ref)
                .map(known -> from.or(known::activeVersion)
                        .orElseThrow(() -> new ProblemException(new Problem.Conflict("the stage has no deployment"))))
                .compose(version -> deployment(ref, version))
                .compose(before -> deployment(ref, to)
                        .compose(after -> offload.call(() -> new Difference(before, after,
                                change(before.metadata(), after.metadata())))));
    }

    /** Makes an earlier deployment the active one again. */
    public Future<Stage> activate(Permit owner, String skill, String stage, String version) {
        StageRef ref = new StageRef(owner.tenant(), skill, stage);
        return catalog.activate(ref, version).compose(done -> {
            if (!done) {
                throw absent("deployment", version);
            }
            return stage(ref);
        });
    }

    private Future<Deployment> deployment(StageRef ref, String version) {
        return catalog.deployment(ref, version).map(found -> found.orElseThrow(() -> absent("deployment", version)));
    }

    private static SchemaChange change(PackageMetadata before, PackageMetadata after) {
        return SchemaDiff.between(before.inputSchema(), after.inputSchema());
    }

    private Future<Stage> stage(StageRef ref) {
        return catalog.stage(ref).map(found -> found.orElseThrow(() -> absent("stage", ref.stage())));
    }

    private static ProblemException absent(String kind, String id) {
        return new ProblemException(new Problem.NotFound(kind, id));
    }
}

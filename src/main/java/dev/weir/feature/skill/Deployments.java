package dev.weir.feature.skill;

import dev.weir.feature.access.Permit;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** From an upload to the code a stage runs. */
public final class Deployments {
    private static final Duration UPLOAD_VALIDITY = Duration.ofMinutes(15);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SkillCatalog catalog;
    private final PackageStore packages;
    private final InstantSource clock;
    private final Executor blocking;
    private final long maxPackageBytes;

    /**
     * Deployments over a catalog and a package store.
     *
     * @param blocking runs the checks of archives: not an event loop
     */
    public Deployments(SkillCatalog catalog, PackageStore packages, InstantSource clock, Executor blocking,
            long maxPackageBytes) {
        this.catalog = catalog;
        this.packages = packages;
        this.clock = clock;
        this.blocking = blocking;
        this.maxPackageBytes = maxPackageBytes;
    }

    /** An upload and the signed URL its bytes are to be PUT to. */
    public record Ticketed(Upload upload, String url, Instant expiresAt) {
        /** Without the URL, which is a bearer secret. */
        @Override
        public String toString() {
            return "Ticketed[" + upload.id() + "]";
        }
    }

    /** Announces an upload; fails with {@code NotFound} if the stage is absent. */
    public Future<Ticketed> announce(Permit owner, String skill, String stage) {
        StageRef ref = new StageRef(owner.tenant(), skill, stage);
        return stage(ref).compose(_ -> {
            Instant now = clock.instant();
            Upload upload = new Upload("up_" + random(), ref, Upload.Status.AWAITING_UPLOAD, Optional.empty(),
                    List.of(), now,
                    now.plus(UPLOAD_VALIDITY));
            return catalog.add(upload)
                    .map(_ -> new Ticketed(upload, packages.uploadUrl(upload.id(), maxPackageBytes, UPLOAD_VALIDITY),
                            upload.expiresAt()));
        });
    }

    public Future<Upload> upload(Permit owner, String skill, String stage, String uploadId) {
        StageRef ref = new StageRef(owner.tenant(), skill, stage);
        return catalog.upload(owner.tenant(), uploadId)
                .map(found -> found.filter(upload -> upload.stage().equals(ref))
                        .orElseThrow(() -> absent("upload", uploadId)));
    }

    /**
     * The bytes of an announced upload have come (the caller checked the signed URL); they are stored, then judged in the background.
     * Completes when stored. Fails with {@code TooLarge}, {@code NotFound}, {@code Conflict} (not awaited any more).
     */
    public Future<Void> receive(String uploadId, ReadStream<Buffer> bytes, long maxBytes) {
        return catalog.announced(uploadId)
                .map(found -> found.orElseThrow(() -> absent("upload", uploadId)))
                .compose(upload -> packages.receive(uploadId, bytes, maxBytes).compose(digest -> take(upload, digest)));
    }

    private Future<Void> take(Upload upload, String digest) {
        Upload taken = with(upload, Upload.Status.VALIDATING, Optional.of(digest), List.of());
        return catalog.move(Upload.Status.AWAITING_UPLOAD, taken).map(moved -> {
            if (!moved) {
                throw new ProblemException(new Problem.Conflict("this upload is not awaited any more"));
            }
            judge(taken);
            return null;
        });
    }

    /** Judges uploads that a crash left undecided; call once after start. */
    public Future<Integer> resume() {
        return catalog.validating(1000).map(uploads -> {
            uploads.forEach(this::judge);
            return uploads.size();
        });
    }

    /** Its result is in the catalog, whatever happens here; a failure is an answer, too. */
    private Future<Boolean> judge(Upload upload) {
        return packages.open(upload.id())
                .compose(this::check)
                .recover(_ -> Future.succeededFuture(
                        List.of(new Finding("package.unreadable", "error", "", 0,
                                "the package could not be read; upload it again"))))
                .compose(findings -> decide(upload, findings));
    }

    private Future<List<Finding>> check(Path archive) {
        Promise<List<Finding>> findings = Promise.promise();
        blocking.execute(() -> {
            try {
                findings.complete(PackageCheck.check(archive));
            } catch (RuntimeException e) {
                findings.fail(e);
            }
        });
        return findings.future();
    }

    private Future<Boolean> decide(Upload upload, List<Finding> findings) {
        boolean refused = findings.stream().anyMatch(finding -> finding.severity().equals("error"));
        Upload decided = with(upload, refused ? Upload.Status.REJECTED : Upload.Status.READY_TO_DEPLOY, upload.digest(),
                findings);
        Future<Void> kept = refused
                ? packages.discard(upload.id())
                : packages.accept(upload.id(), upload.digest().orElseThrow());
        return kept.compose(_ -> catalog.move(Upload.Status.VALIDATING, decided));
    }

    /** Freezes an accepted upload as {@code version} and makes it active; {@code Conflict} if not ready or the version exists. */
    public Future<Deployment> confirm(Permit owner, String skill, String stage, String uploadId, String version) {
        return upload(owner, skill, stage, uploadId).compose(upload -> {
            if (upload.status() != Upload.Status.READY_TO_DEPLOY) {
                throw new ProblemException(new Problem.Conflict("the upload is " + upload.status().wireName()));
            }
            return catalog.skill(owner.tenant(), skill)
                    .map(found -> found.orElseThrow(() -> absent("skill", skill)))
                    .compose(metadata -> freeze(owner, metadata, upload, version));
        });
    }

    private Future<Deployment> freeze(Permit owner, Skill metadata, Upload upload, String version) {
        Deployment deployment = new Deployment(upload.stage(), version, upload.id(), upload.digest().orElseThrow(),
                "main:handler", metadata.description(),
                metadata.inputSchema(), metadata.outputSchema(), owner.caller().user(), clock.instant());
        return catalog.deploy(deployment).map(done -> {
            if (!done) {
                throw new ProblemException(new Problem.Conflict("this version exists already"));
            }
            return deployment;
        });
    }

    public Future<List<Deployment>> list(Permit permit, String skill, String stage, int limit) {
        StageRef ref = new StageRef(permit.tenant(), skill, stage);
        return stage(ref).compose(_ -> catalog.deployments(ref, limit));
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

    private Future<Stage> stage(StageRef ref) {
        return catalog.stage(ref).map(found -> found.orElseThrow(() -> absent("stage", ref.stage())));
    }

    private static Upload with(Upload upload, Upload.Status status, Optional<String> digest, List<Finding> findings) {
        return new Upload(upload.id(), upload.stage(), status, digest, findings, upload.createdAt(),
                upload.expiresAt());
    }

    private static ProblemException absent(String kind, String id) {
        return new ProblemException(new Problem.NotFound(kind, id));
    }

    private static String random() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}

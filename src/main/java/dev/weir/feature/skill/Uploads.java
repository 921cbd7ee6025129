package dev.weir.feature.skill;

import dev.weir.kernel.StageRef;

import dev.weir.feature.access.Permit;
import dev.weir.feature.skill.PackageStore.Received;
import dev.weir.feature.skill.Upload.Declared;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;

/** Packages on their way in: announced by their owner, sent straight to the package store, then waiting to be judged. */
public final class Uploads {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final UploadStore uploads;
    private final PackageStore packages;
    private final Runnable arrived;
    private final InstantSource clock;
    private final Limits limits;

    /**
     * How much, and how long.
     *
     * @param validity of an upload's URL
     */
    public record Limits(long maxBytes, Duration validity) {}

    /** @param arrived tells judging sides that an upload waits; a lost word costs time, nothing else */
    public Uploads(UploadStore uploads, PackageStore packages, Runnable arrived, Limits limits, InstantSource clock) {
        this.uploads = uploads;
        this.packages = packages;
        this.arrived = arrived;
        this.limits = limits;
        this.clock = clock;
    }

    /** An upload and the signed URL its bytes are to be PUT to. */
    public record Ticketed(Upload upload, String url, Instant expiresAt) {
        /** Without the URL, which is a bearer secret. */
        @Override
        public String toString() {
            return "Ticketed[" + upload.id() + "]";
        }
    }

    /** Announces an upload; fails with {@code NotFound} if the stage is absent, {@code TooLarge} if it will be. */
    public Future<Ticketed> announce(Permit owner, String skill, String stage, Declared declared) {
        if (declared.size().orElse(0L) > limits.maxBytes()) {
            return Future.failedFuture(new ProblemException(new Problem.TooLarge("the package", limits.maxBytes())));
        }
        Instant now = clock.instant();
        Upload upload = Upload.announced("up_" + random(), new StageRef(owner.tenant(), skill, stage), declared, now,
                now.plus(limits.validity()));
        return uploads.add(upload).map(_ -> new Ticketed(upload,
                packages.uploadUrl(upload.id(), expected(upload), limits.validity()), upload.expiresAt()));
    }

    /** Fails with {@code NotFound} if it is not of that stage. */
    public Future<Upload> find(Permit owner, String skill, String stage, String id) {
        StageRef ref = new StageRef(owner.tenant(), skill, stage);
        return uploads.find(owner.tenant(), id)
                .map(found -> found.filter(upload -> upload.stage().equals(ref)).orElseThrow(() -> absent(id)));
    }

    /**
     * The bytes of an announced upload have come (the caller checked the signed URL). Completes when they are stored and wait to be judged.
     * Fails with {@code NotFound}, {@code Conflict} (not awaited any more), {@code TooLarge}, {@code Invalid} (not what was declared); after
     * the latter two the bytes may be sent again.
     */
    public Future<Void> receive(String id, ReadStream<Buffer> bytes) {
        return uploads.announced(id).map(found -> found.orElseThrow(() -> absent(id)))
                .compose(upload -> {
                    if (upload.status() != Upload.Status.AWAITING_UPLOAD) {
                        throw unawaited();
                    }
                    return packages.receive(id, bytes, expected(upload)).compose(received -> take(upload, received));
                });
    }

    private long expected(Upload upload) {
        return upload.declared().size().orElse(limits.maxBytes());
    }

    private Future<Void> take(Upload upload, Received received) {
        Optional<ProblemException> lie = lie(upload.declared(), received);
        if (lie.isPresent()) {
            return packages.discard(upload.id(), received.digest()).compose(_ -> Future.failedFuture(lie.get()));
        }
        return uploads.arrive(upload.id(), received.digest(), clock.instant()).map(moved -> {
            if (!moved) {
                throw unawaited();
            }
            arrived.run();
            return null;
        });
    }

    private static Optional<ProblemException> lie(Declared declared, Received received) {
        if (declared.size().filter(size -> size != received.size()).isPresent()) {
            return Optional.of(new ProblemException(Problem.Invalid.of("",
                    "the body has " + received.size() + " bytes, not the " + declared.size().get() + " declared")));
        }
        return declared.sha256().filter(sha256 -> !sha256.equals(received.digest()))
                .map(_ -> new ProblemException(
                        Problem.Invalid.of("", "the body does not have the SHA-256 that was declared")));
    }

    private static ProblemException unawaited() {
        return new ProblemException(new Problem.Conflict("this upload is not awaited any more"));
    }

    private static ProblemException absent(String id) {
        return new ProblemException(new Problem.NotFound("upload", id));
    }

    private static String random() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}

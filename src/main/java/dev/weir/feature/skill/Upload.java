package dev.weir.feature.skill;

import dev.weir.kernel.StageRef;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One package on its way in.
 *
 * @param declared what its owner said beforehand of the bytes
 * @param digest SHA-256 of the bytes that arrived in hexadecimal, absent until they did
 * @param accepted present exactly when {@code READY_TO_DEPLOY}
 */
public record Upload(
        String id,
        StageRef stage,
        Status status,
        Declared declared,
        Optional<String> digest,
        List<Finding> findings,
        Optional<Accepted> accepted,
        Instant createdAt,
        Instant expiresAt) {
    /** A later upload to the same stage took its place. */
    public static final Finding SUPERSEDED = new Finding("upload.superseded", "error", "", 0,
            "a later upload to this stage took its place");
    /** Its bytes did not come in time. */
    public static final Finding EXPIRED = new Finding("upload.expired", "error", "", 0,
            "its bytes did not arrive before the URL's time was over; announce it again");

    /** How far it is. */
    public enum Status {
        AWAITING_UPLOAD, VALIDATING, READY_TO_DEPLOY, REJECTED;

        /** The name on the wire. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is known of an upload before it comes; each part is enforced when it does.
     *
     * @param size in bytes
     * @param sha256 in hexadecimal, lower case
     */
    public record Declared(Optional<Long> size, Optional<String> sha256) {
        public static final Declared NOTHING = new Declared(Optional.empty(), Optional.empty());
    }

    /**
     * What passed.
     *
     * @param digest SHA-256 of the package as it was written anew: its name in the package store
     */
    public record Accepted(String digest, PackageMetadata metadata) {}

    public Upload {
        findings = List.copyOf(findings);
    }

    /** An upload whose bytes are yet to come. */
    public static Upload announced(String id, StageRef stage, Declared declared, Instant now, Instant expiresAt) {
        return new Upload(id, stage, Status.AWAITING_UPLOAD, declared, Optional.empty(), List.of(), Optional.empty(),
                now, expiresAt);
    }

    /** Whether its bytes are still to come, or to be judged. */
    public boolean isOpen() {
        return status == Status.AWAITING_UPLOAD || status == Status.VALIDATING;
    }

    /** The same, refused for what {@code findings} say. */
    public Upload rejected(List<Finding> why) {
        return new Upload(id, stage, Status.REJECTED, declared, digest, why, Optional.empty(), createdAt, expiresAt);
    }

    /** The same, ready to be deployed; {@code warnings} refuse nothing. */
    public Upload ready(Accepted what, List<Finding> warnings) {
        return new Upload(id, stage, Status.READY_TO_DEPLOY, declared, digest, warnings, Optional.of(what), createdAt,
                expiresAt);
    }
}

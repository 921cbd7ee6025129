package dev.weir.feature.skill;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One package on its way in.
 *
 * @param digest SHA-256 of the stored bytes in hexadecimal, absent until they arrived
 */
public record Upload(
        String id,
        StageRef stage,
        Status status,
        Optional<String> digest,
        List<Finding> findings,
        Instant createdAt,
        Instant expiresAt) {
    /** How far it is. */
    public enum Status {
        AWAITING_UPLOAD, VALIDATING, READY_TO_DEPLOY, REJECTED;

        /** The name on the wire. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Upload {
        findings = List.copyOf(findings);
    }
}

package dev.weir.feature.access;

import dev.weir.kernel.Caller;
import dev.weir.kernel.Redacted;
import dev.weir.kernel.Role;
import dev.weir.kernel.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Short-lived, read-only credentials for one run, for clients that cannot set headers. A ticket carries what it says and an HMAC over it,
 * so any gateway with the same key can check it and nothing is stored.
 */
public final class Tickets {
    /** How long a ticket is good for. */
    public static final Duration VALIDITY = Duration.ofHours(1);

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec key;
    private final InstantSource clock;

    /**
     * Tickets under one key.
     *
     * @param key at least 32 random bytes, the same on every gateway
     */
    public Tickets(byte[] key, InstantSource clock) {
        this.key = new SecretKeySpec(key, "HmacSHA256");
        this.clock = clock;
    }

    /** A ticket and when it ends. */
    public record Ticket(Redacted token, Instant expiresAt) {}

    /** A ticket for {@code run}, issued to someone who may read it. */
    public Ticket issue(Permit permit, String run) {
        Instant expires = clock.instant().plus(VALIDITY);
        Caller caller = permit.caller();
        String claims = String.join("\n", run, caller.tenant().value(), caller.user(), caller.role().name(),
                Long.toString(expires.getEpochSecond()));
        byte[] bytes = claims.getBytes(StandardCharsets.UTF_8);
        return new Ticket(
                new Redacted("wt_" + ENCODER.encodeToString(bytes) + "." + ENCODER.encodeToString(mac(bytes))),
                expires);
    }

    /** Who issued the ticket, if it is genuine, in date and for {@code run}. */
    Optional<Caller> verify(Redacted ticket, String run) {
        String[] halves = ticket.reveal().startsWith("wt_")
                ? ticket.reveal().substring(3).split("\\.", 3)
                : new String[0];
        if (halves.length != 2) {
            return Optional.empty();
        }
        try {
            byte[] claims = Base64.getUrlDecoder().decode(halves[0]);
            if (!MessageDigest.isEqual(mac(claims), Base64.getUrlDecoder().decode(halves[1]))) {
                return Optional.empty();
            }
            String[] parts = new String(claims, StandardCharsets.UTF_8).split("\n", -1);
            boolean good = parts[0].equals(run) && clock.instant().getEpochSecond() < Long.parseLong(parts[4]);
            return good
                    ? Optional.of(new Caller(new TenantId(parts[1]), parts[2], Role.valueOf(parts[3])))
                    : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private byte[] mac(byte[] claims) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(claims);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}

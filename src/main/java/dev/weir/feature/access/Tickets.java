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
 * Short-lived credentials for clients that cannot set headers: for reading one run, or for one connection to an agent. A ticket carries what it says and an HMAC over it,
 * so any gateway with the same key can check it and nothing is stored.
 */
public final class Tickets {
    /** How long a ticket for a run is good for. */
    public static final Duration VALIDITY = Duration.ofHours(1);
    /** How long one for an agent is, which opens more: long enough to connect with it. */
    public static final Duration AGENT_VALIDITY = Duration.ofMinutes(1);

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
        return issue(permit, run, VALIDITY);
    }

    /** A ticket for {@code agent}, issued to someone who may use it. */
    public Ticket issueForAgent(Permit permit, String agent) {
        return issue(permit, ofAgent(agent), AGENT_VALIDITY);
    }

    /** What a ticket for an agent names; no run's id looks like it. */
    static String ofAgent(String agent) {
        return "agent:" + agent;
    }

    private Ticket issue(Permit permit, String subject, Duration validity) {
        Instant expires = clock.instant().plus(validity);
        Caller caller = permit.caller();
        String claims = String.join("\n", subject, caller.tenant().value(), caller.user(), caller.role().name(),
                Long.toString(expires.getEpochSecond()));
        byte[] bytes = claims.getBytes(StandardCharsets.UTF_8);
        return new Ticket(
                new Redacted("wt_" + ENCODER.encodeToString(bytes) + "." + ENCODER.encodeToString(mac(bytes))),
                expires);
    }

    /** Who issued the ticket, if it is genuine, in date and for {@code subject}. */
    Optional<Caller> verify(Redacted ticket, String subject) {
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
            boolean good = parts[0].equals(subject) && clock.instant().getEpochSecond() < Long.parseLong(parts[4]);
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

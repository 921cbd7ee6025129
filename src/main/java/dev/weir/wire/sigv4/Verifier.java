package dev.weir.wire.sigv4;

import static dev.weir.wire.sigv4.Verdict.Reason.EXPIRED;
import static dev.weir.wire.sigv4.Verdict.Reason.INCOMPLETE;
import static dev.weir.wire.sigv4.Verdict.Reason.MISMATCH;
import static dev.weir.wire.sigv4.Verdict.Reason.MISSING;
import static dev.weir.wire.sigv4.Verdict.Reason.NOT_ALLOWED;
import static dev.weir.wire.sigv4.Verdict.Reason.OUT_OF_TIME;
import static dev.weir.wire.sigv4.Verdict.Reason.UNKNOWN_KEY;

import dev.weir.kernel.Redacted;
import dev.weir.wire.sigv4.Verdict.Accepted;
import dev.weir.wire.sigv4.Verdict.Refused;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Checks Signature Version 4, sent as headers or as a presigned query. Only the headers that the request lists as signed are checked, and
 * {@code host} must be one of them; a security token is taken as it is. A verifier holds no state between calls.
 */
public final class Verifier {
    /** How far a signer's clock may be off, either way. AWS documents no figure for AgentCore; this is what its other services use. */
    public static final Duration MAX_SKEW = Duration.ofMinutes(5);
    /** The longest life of a presigned URL (AWS SDK for Python: {@code runtime/agent_core_runtime_client.py}). */
    public static final Duration MAX_EXPIRY = Duration.ofMinutes(5);
    private static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

    private final String region;
    private final String service;
    private final Function<String, Optional<Redacted>> secrets;
    private final InstantSource clock;

    /** For one region and service; {@code secrets} maps an access key id to its secret, or to nothing if there is no such key. */
    public Verifier(String region, String service, Function<String, Optional<Redacted>> secrets, InstantSource clock) {
        this.region = region;
        this.service = service;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** Never throws: a request that cannot be read is refused. */
    public Verdict verify(SignedRequest request) {
        try {
            Query query = Query.parse(request.rawQuery());
            return Claim.read(request, query)
                    .map(claim -> verify(request, query, claim))
                    .orElseGet(() -> new Refused(MISSING, "Missing Authentication Token"));
        } catch (IllegalArgumentException unreadable) {
            return new Refused(INCOMPLETE, unreadable.getMessage());
        }
    }

    private Verdict verify(SignedRequest request, Query query, Claim claim) {
        Optional<Refused> early = checkScope(claim).or(() -> checkTime(claim));
        if (early.isPresent()) {
            return early.get();
        }
        Optional<Redacted> secret = secrets.apply(claim.accessKeyId());
        if (secret.isEmpty()) {
            return new Refused(UNKNOWN_KEY, "The security token included in the request is invalid.");
        }
        if (!claim.signedHeaders().contains("host")) {
            return new Refused(MISMATCH, "'Host' must be a 'SignedHeader' in the request.");
        }
        String payloadHash = payloadHash(request);
        String expected = Hmac.sign(secret.get().reveal(), claim.scope(),
                stringToSign(claim, CanonicalRequest.of(request, query, claim.signedHeaders(), payloadHash)));
        if (!sameText(expected, claim.signature())) {
            return new Refused(MISMATCH, "The request signature we calculated does not match the signature you "
                    + "provided. Check your AWS Secret Access Key and signing method.");
        }
        if (!payloadHash.equals(UNSIGNED_PAYLOAD) && !sameText(payloadHash, request.bodyHash())) {
            return new Refused(MISMATCH, "The body does not match the signed X-Amz-Content-Sha256.");
        }
        return new Accepted(claim.accessKeyId());
    }

    private Optional<Refused> checkScope(Claim claim) {
        if (!claim.scope().region().equals(region) || !claim.scope().service().equals(service)) {
            return Optional.of(new Refused(MISMATCH, "Credential should be scoped to region '" + region
                    + "' and service '" + service + "'."));
        }
        return claim.timestamp().startsWith(claim.scope().date())
                ? Optional.empty()
                : Optional.of(new Refused(MISMATCH, "Date in Credential scope does not match the signing date."));
    }

    private Optional<Refused> checkTime(Claim claim) {
        Instant now = clock.instant();
        Instant signedAt = claim.signedAt();
        if (signedAt.isAfter(now.plus(MAX_SKEW))) {
            return Optional.of(new Refused(OUT_OF_TIME, "Signature not yet current."));
        }
        if (!claim.isPresigned()) {
            return signedAt.isBefore(now.minus(MAX_SKEW))
                    ? Optional.of(new Refused(OUT_OF_TIME, "Signature expired."))
                    : Optional.empty();
        }
        Duration life = Duration.ofSeconds(claim.expiresSeconds().orElseThrow());
        if (life.compareTo(MAX_EXPIRY) > 0 || life.isZero()) {
            return Optional.of(new Refused(NOT_ALLOWED, "X-Amz-Expires must be between 1 and "
                    + MAX_EXPIRY.toSeconds() + " seconds."));
        }
        return now.isAfter(signedAt.plus(life))
                ? Optional.of(new Refused(EXPIRED, "The presigned URL has expired."))
                : Optional.empty();
    }

    /** What the signer put last into the canonical request: what it says it put there, else the hash of what came. */
    private static String payloadHash(SignedRequest request) {
        String declared = request.header("x-amz-content-sha256");
        if (declared == null || declared.equals(UNSIGNED_PAYLOAD)) {
            return declared == null ? request.bodyHash() : UNSIGNED_PAYLOAD;
        }
        return declared.toLowerCase(Locale.ROOT);
    }

    private static String stringToSign(Claim claim, String canonicalRequest) {
        return String.join("\n", Claim.ALGORITHM, claim.timestamp(), claim.scope().toString(),
                Hmac.sha256(canonicalRequest));
    }

    /** In constant time for equal lengths. */
    private static boolean sameText(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
}

package dev.weir.wire.sigv4;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request says about its own signature, in either form, before any of it is believed.
 *
 * @param timestamp exactly as sent, because that text is signed
 * @param expiresSeconds only of the query form (a presigned URL)
 */
record Claim(
        String accessKeyId,
        Scope scope,
        String timestamp,
        Optional<Long> expiresSeconds,
        List<String> signedHeaders,
        String signature) {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    static final String SIGNATURE_PARAMETER = "X-Amz-Signature";
    private static final DateTimeFormatter BASIC = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");

    /** Empty if the request carries no signature at all; {@link IllegalArgumentException} if it carries half of one. */
    static Optional<Claim> read(SignedRequest request, Query query) {
        String authorization = request.header("authorization");
        if (authorization != null) {
            return Optional.of(ofHeader(request, authorization));
        }
        return query.first("X-Amz-Algorithm").map(algorithm -> ofQuery(query, algorithm));
    }

    boolean isPresigned() {
        return expiresSeconds.isPresent();
    }

    /** @throws IllegalArgumentException if it is no ISO 8601 basic time */
    Instant signedAt() {
        try {
            return LocalDateTime.parse(timestamp, BASIC).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException unreadable) {
            throw new IllegalArgumentException("Date must be in ISO-8601 'basic format'", unreadable);
        }
    }

    private static Claim ofHeader(SignedRequest request, String authorization) {
        int space = authorization.indexOf(' ');
        requireAlgorithm(space < 0 ? authorization : authorization.substring(0, space));
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : authorization.substring(space < 0 ? authorization.length() : space).split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
            }
        }
        String timestamp = request.header("x-amz-date");
        return of(require(parts.get("Credential"), "Credential"), require(timestamp, "X-Amz-Date"), Optional.empty(),
                require(parts.get("SignedHeaders"), "SignedHeaders"), require(parts.get("Signature"), "Signature"));
    }

    private static Claim ofQuery(Query query, String algorithm) {
        requireAlgorithm(algorithm);
        String expires = required(query, "X-Amz-Expires");
        if (!expires.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("X-Amz-Expires must be a number of seconds");
        }
        return of(required(query, "X-Amz-Credential"), required(query, "X-Amz-Date"),
                Optional.of(Long.parseLong(expires)), required(query, "X-Amz-SignedHeaders"),
                required(query, SIGNATURE_PARAMETER));
    }

    private static Claim of(String credential, String timestamp, Optional<Long> expires, String signedHeaders,
            String signature) {
        String[] parts = credential.split("/", -1);
        return new Claim(parts[0], Scope.of(parts, 1), timestamp, expires,
                List.of(signedHeaders.split(";", -1)), signature);
    }

    private static String required(Query query, String name) {
        return require(query.first(name).orElse(null), name);
    }

    private static String require(String value, String name) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("The request signature lacks '" + name + "'");
        }
        return value;
    }

    private static void requireAlgorithm(String algorithm) {
        if (!ALGORITHM.equals(algorithm)) {
            throw new IllegalArgumentException("Unsupported signature algorithm; use " + ALGORITHM);
        }
    }

    @Override
    public String toString() {
        return "Claim[" + scope + ']';
    }
}

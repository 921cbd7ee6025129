package dev.weir.wire.webhook;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The three headers of Standard Webhooks: made for what we send, checked for what others send us. */
public final class WebhookSignature {
    public static final String ID = "webhook-id";
    public static final String TIMESTAMP = "webhook-timestamp";
    public static final String SIGNATURE = "webhook-signature";
    /** How far a timestamp may be from now, in either direction: what the reference libraries take. */
    public static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final String VERSION = "v1,";
    private static final int MAX_SIGNATURES = 16;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");
    /** Without a full stop: that is what separates the signed parts. */
    private static final Pattern LEGAL_ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    private WebhookSignature() {}

    /** What became of a check. */
    public enum Verdict {
        GOOD, NO_HEADER, BAD_TIMESTAMP, TOO_OLD, TOO_NEW, WRONG_SIGNATURE
    }

    /** The value of {@link #SIGNATURE}: one signature for each key, in their order. */
    public static String of(List<SigningKey> keys, String id, Instant at, byte[] body) {
        if (!LEGAL_ID.matcher(id).matches() || keys.isEmpty()) {
            throw new IllegalArgumentException("there must be a key, and an id of letters, digits, '_' and '-'");
        }
        return keys.stream()
                .map(key -> VERSION + Base64.getEncoder().encodeToString(key.sign(id, at.getEpochSecond(), body)))
                .collect(Collectors.joining(" "));
    }

    /** What came with a body; a header that is missing is empty. */
    public record Headers(Optional<String> id, Optional<String> timestamp, Optional<String> signature) {}

    /** Whether any of {@code keys} made any of the signatures, and lately. Compares in constant time. */
    public static Verdict verify(List<SigningKey> keys, Headers headers, byte[] body, Instant now) {
        if (headers.id().isEmpty() || headers.timestamp().isEmpty() || headers.signature().isEmpty()) {
            return Verdict.NO_HEADER;
        }
        String seconds = headers.timestamp().get();
        if (!SECONDS.matcher(seconds).matches()) {
            return Verdict.BAD_TIMESTAMP;
        }
        long timestamp = Long.parseLong(seconds);
        long age = now.getEpochSecond() - timestamp;
        if (Math.abs(age) > TOLERANCE.toSeconds()) {
            return age > 0 ? Verdict.TOO_OLD : Verdict.TOO_NEW;
        }
        boolean found = false;
        for (SigningKey key : keys) {
            byte[] wanted = key.sign(headers.id().get(), timestamp, body);
            found |= names(headers.signature().get(), wanted);
        }
        return found ? Verdict.GOOD : Verdict.WRONG_SIGNATURE;
    }

    private static boolean names(String signatures, byte[] wanted) {
        boolean found = false;
        for (String each : signatures.split(" ", MAX_SIGNATURES + 1)) {
            found |= each.startsWith(VERSION) && MessageDigest.isEqual(wanted, decoded(each));
        }
        return found;
    }

    private static byte[] decoded(String signature) {
        try {
            return Base64.getDecoder().decode(signature.substring(VERSION.length()));
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }
}

package dev.weir.wire.signedurl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs the queries of URLs and verifies them: {@code expires} (seconds since 1970), {@code max} (bytes, where a body is sent) and
 * {@code signature}, an HMAC-SHA256 in hexadecimal over method, expires, max and path. A signed query is a bearer secret: never log it.
 * Safe for use by several threads.
 */
public final class SignedUrls {
    /** A shorter key is refused. */
    public static final int KEY_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,14}");
    private static final Set<String> PARAMETERS = Set.of("expires", "max", "signature");

    private final SecretKeySpec key;

    public SignedUrls(byte[] key) {
        if (key.length < KEY_BYTES) {
            throw new IllegalArgumentException("a signing key has at least " + KEY_BYTES + " bytes");
        }
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** What a signed request may do. */
    public sealed interface Verdict {
        /** It may, with a body of at most {@code maxBytes} if one belongs to it. */
        record Granted(OptionalLong maxBytes) implements Verdict {}

        /** It might have, until its time was over. */
        record Expired() implements Verdict {}

        /** It was not signed with this key, or not for this. */
        record Refused() implements Verdict {}
    }

    /**
     * The query, without {@code ?}, that makes a request legal before {@code expires} (a part of a second is granted as a whole one).
     *
     * @param path as it stands in the request line, percent-encoding included
     */
    public String sign(String method, String path, Instant expires, OptionalLong maxBytes) {
        String until = Long.toString(expires.plusNanos(999_999_999).getEpochSecond());
        String max = maxBytes.isPresent() ? Long.toString(maxBytes.getAsLong()) : "";
        String signature = HexFormat.of().formatHex(signature(method, path, until, max));
        return "expires=" + until + (max.isEmpty() ? "" : "&max=" + max) + "&signature=" + signature;
    }

    /** Judges a request; every parameter that is not ours, or not in the form that {@link #sign} gives it, is a refusal. */
    public Verdict verify(String method, String path, Map<String, String> query, Instant now) {
        String until = query.getOrDefault("expires", "");
        String max = query.getOrDefault("max", "");
        boolean wellFormed = PARAMETERS.containsAll(query.keySet()) && NUMBER.matcher(until).matches()
                && (NUMBER.matcher(max).matches() || !query.containsKey("max"));
        if (!wellFormed || !signed(method, path, until, max, query.getOrDefault("signature", ""))) {
            return new Verdict.Refused();
        }
        if (now.getEpochSecond() >= Long.parseLong(until)) {
            return new Verdict.Expired();
        }
        return new Verdict.Granted(max.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(max)));
    }

    private boolean signed(String method, String path, String until, String max, String signature) {
        byte[] expected = HexFormat.of().formatHex(signature(method, path, until, max))
                .getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8));
    }

    /** The path comes last, because only it could hold a line break. */
    private byte[] signature(String method, String path, String until, String max) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(String.join("\n", method, until, max, path).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, impossible);
        }
    }
}

package dev.weir.wire.webhook;

import dev.weir.kernel.Redacted;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A symmetric key of Standard Webhooks: 24 to 64 random bytes, written {@code whsec_} and base64. Never printed.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">the specification</a>
 */
public final class SigningKey {
    /** While a key is replaced there are two: the new one and the old one. */
    public static final int MOST = 2;

    private static final String HMAC = "HmacSHA256";
    private static final String PREFIX = "whsec_";
    private static final int MIN_BYTES = 24;
    private static final int MAX_BYTES = 64;
    private static final Pattern BLANKS = Pattern.compile("[ \t\r\n]+");

    private final SecretKeySpec key;

    private SigningKey(byte[] bytes) {
        this.key = new SecretKeySpec(bytes, HMAC);
    }

    /**
     * The keys in a secret's value, the newest first: one, or two with blanks between them while one replaces the other. Empty if that is
     * not what the value is; then nothing may be sent.
     */
    public static Optional<List<SigningKey>> read(Redacted value) {
        String text = value.reveal().strip();
        if (text.length() > 4 * MAX_BYTES) {
            return Optional.empty();
        }
        List<Optional<SigningKey>> keys = Arrays.stream(BLANKS.split(text, -1)).map(SigningKey::one).toList();
        boolean good = keys.size() <= MOST && keys.stream().allMatch(Optional::isPresent);
        return good ? Optional.of(keys.stream().map(Optional::orElseThrow).toList()) : Optional.empty();
    }

    /** The HMAC-SHA256 of {@code id.timestamp.body}. */
    byte[] sign(String id, long timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("every Java has HMAC-SHA256", absent);
        }
    }

    private static Optional<SigningKey> one(String text) {
        if (!text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(text.substring(PREFIX.length()));
            return bytes.length < MIN_BYTES || bytes.length > MAX_BYTES
                    ? Optional.empty()
                    : Optional.of(new SigningKey(bytes));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "SigningKey[redacted]";
    }
}

package dev.weir.emulator.process;

import dev.weir.kernel.Redacted;
import java.security.SecureRandom;
import java.util.Base64;

/** The one key pair that an emulator accepts. */
public record Credentials(String accessKeyId, Redacted secretAccessKey) {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /** New ones, in the shape of AWS's: a 20-character id that starts with AKIA, a 40-character secret. */
    public static Credentials generate() {
        SecureRandom random = new SecureRandom();
        StringBuilder id = new StringBuilder("AKIA");
        random.ints(16, 0, ALPHABET.length()).forEach(index -> id.append(ALPHABET.charAt(index)));
        byte[] secret = new byte[30];
        random.nextBytes(secret);
        return new Credentials(id.toString(), new Redacted(Base64.getEncoder().encodeToString(secret)));
    }
}

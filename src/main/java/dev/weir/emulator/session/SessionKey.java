package dev.weir.emulator.session;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** One runtime session: the runtime's id and the session id a caller chose. */
public record SessionKey(String runtime, String session) {
    /** A name for a directory: the id itself may hold anything. */
    String directoryName() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((runtime + '\n' + session).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("every Java has SHA-256", absent);
        }
    }
}

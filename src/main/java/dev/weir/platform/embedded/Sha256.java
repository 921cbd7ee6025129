package dev.weir.platform.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, which every Java platform has. */
final class Sha256 {
    private Sha256() {}

    static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** A file's digest in hexadecimal. Blocks. */
    static String of(Path file) throws IOException {
        MessageDigest digest = start();
        byte[] chunk = new byte[64 * 1024];
        try (InputStream bytes = Files.newInputStream(file)) {
            for (int n = bytes.read(chunk); n >= 0; n = bytes.read(chunk)) {
                digest.update(chunk, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The first {@code bytes} bytes of a text's digest, in hexadecimal. */
    static String prefix(String text, int bytes) {
        return HexFormat.of().formatHex(start().digest(text.getBytes(StandardCharsets.UTF_8)), 0, bytes);
    }
}

package dev.weir.platform.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;

/** A secret key as the only content of a file of mode 0600. */
public final class KeyFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = EnumSet.of(PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE);

    private KeyFile() {}

    /**
     * The key in {@code file}; if there is no such file, one with a new random key of {@code bytes} bytes. The file appears with its whole
     * content or not at all, and of two processes that make it at once both use the same key. Blocks.
     *
     * @throws IllegalStateException if the file has another length, or others than its owner may read it
     */
    public static byte[] loadOrCreate(Path file, int bytes) {
        try {
            if (Files.notExists(file)) {
                create(file, bytes);
            }
            return load(file, bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot use the key file " + file, failed);
        }
    }

    private static void create(Path file, int bytes) throws IOException {
        byte[] key = new byte[bytes];
        new SecureRandom().nextBytes(key);
        Path directory = file.toAbsolutePath().getParent();
        Path temporary = PrivateFiles.temporary(directory);
        try {
            Files.write(temporary, key);
            PrivateFiles.sync(temporary);
            Files.createLink(file, temporary); // unlike a rename it never replaces
            PrivateFiles.sync(directory);
        } catch (FileAlreadyExistsException madeMeanwhile) {
            // then that is the key
        } finally {
            Files.delete(temporary);
        }
    }

    private static byte[] load(Path file, int bytes) throws IOException {
        if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IllegalStateException("others may read the key file " + file + ": make it mode 0600");
        }
        if (Files.size(file) != bytes) {
            throw new IllegalStateException("the key file " + file + " does not hold exactly " + bytes + " bytes");
        }
        return Files.readAllBytes(file);
    }
}

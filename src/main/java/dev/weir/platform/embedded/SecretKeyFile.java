package dev.weir.platform.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * {@code secrets.key} and, while it is being replaced, {@code secrets.key.next} beside it. Re-encryption is one transaction of the database,
 * so all values are under one of the two keys; which one decides, after a crash, what becomes of the new file. Only for the holder of the
 * directory's lock.
 */
final class SecretKeyFile {
    private static final String UNDER_KEY = "select 1 from secret_value where key_id = ? limit 1";

    private final Path directory;
    private final Path current;
    private final Path next;

    SecretKeyFile(Path directory) {
        this.directory = directory;
        this.current = directory.resolve("secrets.key");
        this.next = directory.resolve("secrets.key.next");
    }

    /** The key in force, made if there is none; first settles a replacement that a crash broke off. Blocks. */
    SecretCipher open(SqliteDatabase database) {
        if (Files.exists(next)) {
            SecretCipher pending = load(next);
            if (database.<Boolean>read(session -> session.exists(UNDER_KEY, pending.keyId())).await()) {
                promote();
            } else {
                drop();
            }
        }
        return load(current);
    }

    /** A new key, not in force yet. */
    SecretCipher begin() {
        return load(next);
    }

    /** Puts the new key in force. */
    void promote() {
        try {
            Files.move(next, current, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            PrivateFiles.sync(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot replace the key file " + current, failed);
        }
    }

    private void drop() {
        try {
            Files.delete(next);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot remove the key file " + next, failed);
        }
    }

    private static SecretCipher load(Path file) {
        return new SecretCipher(KeyFile.loadOrCreate(file, SecretCipher.KEY_BYTES));
    }
}

package dev.weir.app;

import dev.weir.config.WeirConfig;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.platform.embedded.SqliteSecretStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code weir secrets rotate-key}: another key for the secrets of a data directory, while no gateway uses it. Blocks. */
public final class RotateSecretsKey {
    private RotateSecretsKey() {}

    /**
     * Seals every value anew.
     *
     * @return how many there were
     * @throws ProblemException {@code Conflict} while a gateway has the directory, {@code NotFound} if it is none
     */
    public static int run(WeirConfig config) {
        Path directory = Path.of(config.data()).toAbsolutePath().normalize();
        if (Files.notExists(directory.resolve("weir.db"))) {
            throw new ProblemException(new Problem.NotFound("data directory", directory.toString()));
        }
        return SqliteSecretStore.rotateKey(directory);
    }
}

package dev.weir.emulator.process;

import dev.weir.kernel.Redacted;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a running emulator leaves in its data directory, and a stopped one leaves behind for the sake of its credentials:
 * {@code emulator.json} for us, {@code emulator.env} for shells. Both are the user's alone and always whole. Blocking.
 *
 * @param instance tells this emulator from any other that may have its pid or port later
 */
public record EmulatorState(long pid, int port, String region, String account, String instance,
        Credentials credentials) {
    private static final String FILE = "emulator.json";
    private static final String ENV_FILE = "emulator.env";

    /** The base URL of its API. */
    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    /** Empty if there is no state or it is unreadable, as after a crash of the machine. */
    public static Optional<EmulatorState> read(Path dir) throws IOException {
        try {
            JsonObject json = new JsonObject(Files.readString(dir.resolve(FILE)));
            return Optional.of(new EmulatorState(json.getLong("pid"), json.getInteger("port"),
                    json.getString("region"), json.getString("account"), json.getString("instance"),
                    new Credentials(json.getString("access_key_id"),
                            new Redacted(json.getString("secret_access_key")))));
        } catch (NoSuchFileException | DecodeException | ClassCastException | NullPointerException unreadable) {
            return Optional.empty();
        }
    }

    /** Replaces both files. */
    public void write(Path dir) throws IOException {
        PrivateFile.replace(dir.resolve(FILE), new JsonObject().put("pid", pid).put("port", port)
                .put("region", region).put("account", account).put("instance", instance)
                .put("access_key_id", credentials.accessKeyId())
                .put("secret_access_key", credentials.secretAccessKey().reveal()).encodePrettily() + '\n');
        PrivateFile.replace(dir.resolve(ENV_FILE), """
                export AWS_ACCESS_KEY_ID=%s
                export AWS_SECRET_ACCESS_KEY=%s
                export AWS_REGION=%s
                export AWS_DEFAULT_REGION=%s
                export AWS_ENDPOINT_URL_BEDROCK_AGENTCORE=%s
                """.formatted(credentials.accessKeyId(), credentials.secretAccessKey().reveal(), region, region,
                endpoint()));
    }
}

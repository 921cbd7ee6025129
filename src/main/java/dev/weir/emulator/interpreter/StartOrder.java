package dev.weir.emulator.interpreter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.weir.emulator.session.AwsFault;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The body of StartCodeInterpreterSession.
 *
 * @param certificates as they came; nothing fetches them here
 */
record StartOrder(Optional<String> name, Duration timeout, Optional<JsonArray> certificates,
        Optional<String> clientToken) {
    private static final int MAX_NAME = 100;
    private static final int MAX_SECONDS = 28_800;
    private static final int SECONDS = 900;
    private static final int MAX_CERTIFICATES = 200;
    private static final int MIN_TOKEN = 33;
    private static final int MAX_TOKEN = 256;
    private static final Pattern TOKEN = Pattern.compile("[a-zA-Z0-9](-*[a-zA-Z0-9])*");
    private static final Pattern SECRET = Pattern.compile("arn:aws(-[a-z-]+)?:secretsmanager:[a-z0-9-]+:[0-9]{12}:"
            + "secret:[a-zA-Z0-9/_+=.@-]+");

    /** Without a name, for the usual time. */
    static final StartOrder PLAIN = new StartOrder(Optional.empty(), Duration.ofSeconds(SECONDS), Optional.empty(),
            Optional.empty());

    /** Throws ValidationException. */
    static StartOrder of(Buffer body) {
        JsonNode request = InterpreterInput.object(body);
        Optional<String> name = InterpreterInput.text(request, "name");
        if (name.isPresent() && (name.get().isEmpty() || name.get().length() > MAX_NAME)) {
            throw AwsFault.invalid("name", "name must have 1 to " + MAX_NAME + " characters");
        }
        int seconds = InterpreterInput.number(request, "sessionTimeoutSeconds", 1, MAX_SECONDS).orElse(SECONDS);
        return new StartOrder(name, Duration.ofSeconds(seconds), certificates(request), token(request));
    }

    static Optional<String> token(JsonNode request) {
        Optional<String> token = InterpreterInput.text(request, "clientToken");
        if (token.isPresent() && (token.get().length() < MIN_TOKEN || token.get().length() > MAX_TOKEN
                || !TOKEN.matcher(token.get()).matches())) {
            throw AwsFault.invalid("clientToken", "clientToken must have " + MIN_TOKEN + " to " + MAX_TOKEN
                    + " letters, digits and hyphens");
        }
        return token;
    }

    private static Optional<JsonArray> certificates(JsonNode request) {
        Optional<JsonNode> list = InterpreterInput.member(request, "certificates", JsonNodeType.ARRAY);
        if (list.isEmpty()) {
            return Optional.empty();
        }
        if (list.get().isEmpty() || list.get().size() > MAX_CERTIFICATES) {
            throw AwsFault.invalid("certificates", "certificates must have 1 to " + MAX_CERTIFICATES + " elements");
        }
        for (JsonNode certificate : list.get()) {
            String arn = certificate.path("location").path("secretsManager").path("secretArn").asText();
            if (!SECRET.matcher(arn).matches()) {
                throw AwsFault.invalid("certificates",
                        "each certificate must have the ARN of a secret as its location");
            }
        }
        return Optional.of(new JsonArray(list.get().toString()));
    }
}

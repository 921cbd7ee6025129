package dev.weir.emulator;

import dev.weir.emulator.session.AwsFault;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** What InvokeAgentRuntimeCommand is to run, and for how long. */
record CommandOrder(String command, Duration timeout) {
    private static final int MAX_COMMAND = 65_536;
    private static final int MAX_SECONDS = 3600;
    private static final int SECONDS = 300;
    /** A command of nothing but escapes is six times as long in JSON. */
    static final int MAX_BODY = 6 * MAX_COMMAND + 1024;

    /** Throws ValidationException. */
    static CommandOrder of(Buffer body) {
        if (!(json(body) instanceof JsonObject order)) {
            throw AwsFault.invalid("body", "the body must be a JSON object");
        }
        if (!(order.getValue("command") instanceof String command) || command.isEmpty()
                || command.length() > MAX_COMMAND
                || command.indexOf('\0') >= 0) {
            throw AwsFault.invalid("command", "command must have 1 to " + MAX_COMMAND + " characters");
        }
        Object timeout = order.getValue("timeout", SECONDS);
        if (!(timeout instanceof Integer seconds) || seconds < 1 || seconds > MAX_SECONDS) {
            throw AwsFault.invalid("timeout", "timeout must be 1 to " + MAX_SECONDS + " seconds");
        }
        return new CommandOrder(command, Duration.ofSeconds(seconds));
    }

    private static Object json(Buffer body) {
        try {
            return body.toJsonValue();
        } catch (DecodeException broken) {
            throw AwsFault.of(400, "ValidationException", "the body must be JSON");
        }
    }
}

package dev.weir.platform.agentcore;

import dev.weir.feature.agent.CommandEnd;
import dev.weir.kernel.Problem;
import dev.weir.wire.eventstream.EventMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** One message of the stream that answers a command. */
sealed interface CommandEvent {
    /**
     * A piece of output.
     *
     * @param text may end with the first half of a surrogate pair whose second half comes with the next piece
     * @param raw whether each character up to 255 stands for one byte
     */
    record Piece(boolean error, String text, boolean raw) implements CommandEvent {
        @Override
        public String toString() {
            return "Piece[]";
        }
    }

    /** The end. */
    record Stop(CommandEnd end) implements CommandEvent {}

    /** AgentCore failed. */
    record Fault(Problem problem) implements CommandEvent {}

    /** The beginning, or something newer than this client. */
    record Other() implements CommandEvent {}

    /** The status that AgentCore would have answered with if it had known in time. */
    Map<String, Integer> STATUSES = Map.of("validationException", 400, "serviceQuotaExceededException", 402,
            "accessDeniedException", 403, "resourceNotFoundException", 404, "runtimeClientError", 424,
            "throttlingException", 429, "internalServerException", 500);
    String ACTION = "InvokeAgentRuntimeCommand";

    /** Throws {@link IllegalArgumentException} where the message breaks the service's model. */
    static CommandEvent of(EventMessage message) {
        return switch (message.headers().getOrDefault(":message-type", "")) {
            case "event" -> message.headers().getOrDefault(":event-type", "").equals("chunk")
                    ? chunk(message.payload())
                    : new Other();
            case "exception" -> {
                String type = message.headers().getOrDefault(":exception-type", "");
                yield new Fault(
                        ShellRefusal.problem(STATUSES.getOrDefault(type, 500), type, message.payload(), ACTION));
            }
            case "error" -> new Fault(new Problem.UpstreamFailed(Refusal.SYSTEM, Refusal.SYSTEM
                    + " broke the command off (" + Printable.of(message.headers().get(":error-code"), 64) + ")"));
            default -> throw new IllegalArgumentException("a message has no known type");
        };
    }

    private static CommandEvent chunk(Buffer payload) {
        try {
            Optional<String> text = text(payload);
            JsonObject event = new JsonObject(text.orElseGet(() -> payload.toString(StandardCharsets.ISO_8859_1)));
            return event.getValue("contentDelta") instanceof JsonObject delta
                    ? piece(delta, text.isEmpty())
                    : event.getValue("contentStop") instanceof JsonObject stop ? stop(stop) : new Other();
        } catch (DecodeException broken) {
            throw new IllegalArgumentException("an event is not JSON", broken);
        }
    }

    /** Empty if the payload is not UTF-8, as when output was cut within a character. */
    private static Optional<String> text(Buffer payload) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload.getBytes()))
                    .toString());
        } catch (CharacterCodingException cut) {
            return Optional.empty();
        }
    }

    private static CommandEvent piece(JsonObject delta, boolean raw) {
        boolean error = delta.containsKey("stderr");
        return delta.getValue(error ? "stderr" : "stdout") instanceof String text
                ? new Piece(error, text, raw)
                : new Other();
    }

    /** Both members may be missing, by field reports; an exit code of -1 is the platform's own. */
    private static CommandEvent stop(JsonObject stop) {
        if ("TIMED_OUT".equals(stop.getValue("status"))) {
            return new Stop(new CommandEnd.TimedOut());
        }
        return stop.getValue("exitCode") instanceof Integer code && code >= 0
                ? new Stop(new CommandEnd.Exited(code))
                : new Fault(new Problem.UpstreamFailed(Refusal.SYSTEM,
                        Refusal.SYSTEM + " does not say how the command ended"));
    }
}

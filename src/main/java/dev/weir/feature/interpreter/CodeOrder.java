package dev.weir.feature.interpreter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.feature.interpreter.tool.ToolCall.Engine;
import dev.weir.feature.interpreter.tool.ToolCall.ExecuteCode;
import dev.weir.feature.interpreter.tool.ToolCall.ExecuteCommand;
import dev.weir.feature.interpreter.tool.ToolCall.Language;
import java.util.Locale;
import java.util.Optional;

/**
 * What a caller wants executed, as it stands in its run's input.
 *
 * @param sandbox the caller's; empty = one for this run alone
 * @param environment of the sandbox
 */
record CodeOrder(Optional<String> sandbox, String environment, ToolCall call) {
    private static final ObjectMapper JSON = new ObjectMapper();

    String json() {
        ObjectNode json = JSON.createObjectNode();
        sandbox.ifPresent(id -> json.put("session_id", id));
        json.put("environment", environment);
        switch (call) {
            case ExecuteCode code -> {
                json.put("code", code.code()).put("language", lower(code.language()))
                        .put("clear_context", code.clearContext());
                code.engine().ifPresent(engine -> json.put("runtime", lower(engine)));
            }
            case ExecuteCommand command -> json.put("command", command.command());
            default -> throw new IllegalArgumentException("only code and commands are runs");
        }
        return json.toString();
    }

    /** Reads what {@link #json} has written. */
    static CodeOrder read(String input) {
        try {
            JsonNode json = JSON.readTree(input);
            ToolCall call = json.has("command")
                    ? new ExecuteCommand(json.get("command").textValue())
                    : new ExecuteCode(json.get("code").textValue(), Language.valueOf(upper(json.get("language"))),
                            Optional.ofNullable(json.get("runtime")).map(name -> Engine.valueOf(upper(name))),
                            json.get("clear_context").booleanValue());
            return new CodeOrder(Optional.ofNullable(json.get("session_id")).map(JsonNode::textValue),
                    json.get("environment").textValue(), call);
        } catch (JsonProcessingException | RuntimeException garbage) {
            throw new IllegalStateException("a run's input is not what was stored", garbage);
        }
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }

    private static String upper(JsonNode name) {
        return name.textValue().toUpperCase(Locale.ROOT);
    }
}

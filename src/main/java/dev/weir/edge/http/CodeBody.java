package dev.weir.edge.http;

import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.feature.interpreter.tool.ToolCall.Engine;
import dev.weir.feature.interpreter.tool.ToolCall.ExecuteCode;
import dev.weir.feature.interpreter.tool.ToolCall.ExecuteCommand;
import dev.weir.feature.interpreter.tool.ToolCall.Language;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Code or a command, and how long it may take. */
record CodeBody(ToolCall call, Duration timeout) {
    /** The service ends a call after 15 minutes (AWS: bedrock-agentcore-limits). */
    private static final int MAX_TIMEOUT_SECONDS = 15 * 60;
    private static final int USUAL_SECONDS = 60;

    /** Reads the fields of {@code body}; the caller ends with {@link Body#done}. */
    static CodeBody read(Body body) {
        Optional<String> command = body.text("command", Integer.MAX_VALUE);
        Optional<String> code = body.text("code", Integer.MAX_VALUE);
        Optional<Language> language = body.choice("language", Language.values(), CodeBody::lower);
        Optional<Engine> engine = body.choice("runtime", Engine.values(), CodeBody::lower);
        boolean clear = body.flag("clear_context");
        if (command.isPresent() == code.isPresent()) {
            body.refuse("/code", "is required, or else /command, and not both");
        }
        if (command.isPresent() && (language.isPresent() || engine.isPresent() || clear)) {
            body.refuse("/command", "goes with none of language, runtime and clear_context");
        }
        Duration timeout = Duration.ofSeconds(body.number("timeout_seconds", 1, MAX_TIMEOUT_SECONDS, USUAL_SECONDS));
        return new CodeBody(command.<ToolCall>map(ExecuteCommand::new)
                .orElseGet(() -> new ExecuteCode(code.orElse(""), language.orElse(Language.PYTHON), engine, clear)),
                timeout);
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }
}

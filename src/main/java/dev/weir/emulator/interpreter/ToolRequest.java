package dev.weir.emulator.interpreter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.emulator.interpreter.ToolOrder.ExecuteCode;
import dev.weir.emulator.interpreter.ToolOrder.ExecuteCommand;
import dev.weir.emulator.interpreter.ToolOrder.FileContent;
import dev.weir.emulator.interpreter.ToolOrder.GetTask;
import dev.weir.emulator.interpreter.ToolOrder.ListFiles;
import dev.weir.emulator.interpreter.ToolOrder.ReadFiles;
import dev.weir.emulator.interpreter.ToolOrder.RemoveFiles;
import dev.weir.emulator.interpreter.ToolOrder.StartCommand;
import dev.weir.emulator.interpreter.ToolOrder.StopTask;
import dev.weir.emulator.interpreter.ToolOrder.WriteFiles;
import dev.weir.emulator.session.AwsFault;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The body of InvokeCodeInterpreter, read. A body may have 100 MB, so this is no work for an event loop. */
public final class ToolRequest {
    private static final Set<String> LANGUAGES = Set.of("python", "javascript", "typescript");
    private static final Set<String> RUNTIMES = Set.of("python", "nodejs", "deno");

    private final ToolOrder order;

    private ToolRequest(ToolOrder order) {
        this.order = order;
    }

    /** Throws ValidationException. */
    public static ToolRequest of(Buffer body) {
        JsonNode request = InterpreterInput.object(body);
        String name = InterpreterInput.requiredText(request, "name");
        JsonNode arguments = InterpreterInput.member(request, "arguments", JsonNodeType.OBJECT)
                .orElseGet(() -> new ObjectNode(JsonNodeFactory.instance));
        return new ToolRequest(order(name, arguments));
    }

    ToolOrder order() {
        return order;
    }

    private static ToolOrder order(String name, JsonNode arguments) {
        return switch (name) {
            case "executeCode" -> code(arguments);
            case "executeCommand" -> new ExecuteCommand(command(arguments));
            case "startCommandExecution" -> new StartCommand(command(arguments));
            case "getTask" -> new GetTask(InterpreterInput.requiredText(arguments, "taskId"));
            case "stopTask" -> new StopTask(InterpreterInput.requiredText(arguments, "taskId"));
            case "readFiles" -> new ReadFiles(paths(arguments));
            case "removeFiles" -> new RemoveFiles(paths(arguments));
            case "listFiles" -> new ListFiles(InterpreterInput.text(arguments, "directoryPath")
                    .or(() -> InterpreterInput.text(arguments, "path")).orElse(""));
            case "writeFiles" -> new WriteFiles(InterpreterInput.elements(arguments, "content").stream()
                    .map(ToolRequest::file).toList());
            default -> throw AwsFault.invalid("name", "name must be one of executeCode, executeCommand, readFiles, "
                    + "listFiles, removeFiles, writeFiles, startCommandExecution, getTask, stopTask");
        };
    }

    /** Which runtime can run what is the service's to say: callers do not check it (S1-08). */
    private static ExecuteCode code(JsonNode arguments) {
        String code = InterpreterInput.requiredText(arguments, "code");
        String language = InterpreterInput.requiredText(arguments, "language");
        if (!LANGUAGES.contains(language)) {
            throw AwsFault.invalid("language", "language must be one of python, javascript, typescript");
        }
        boolean python = language.equals("python");
        String runtime = InterpreterInput.text(arguments, "runtime").orElse(python ? "python" : "deno");
        if (!RUNTIMES.contains(runtime)) {
            throw AwsFault.invalid("runtime", "runtime must be one of nodejs, deno, python");
        }
        if (python != runtime.equals("python")) {
            throw AwsFault.invalid("runtime", "the runtime " + runtime + " does not run " + language);
        }
        return new ExecuteCode(code, language, runtime, InterpreterInput.flag(arguments, "clearContext"));
    }

    private static String command(JsonNode arguments) {
        String command = InterpreterInput.requiredText(arguments, "command");
        if (command.isBlank() || command.indexOf('\0') >= 0) {
            throw AwsFault.invalid("command", "command must say something and hold no NUL");
        }
        return command;
    }

    private static List<String> paths(JsonNode arguments) {
        return InterpreterInput.elements(arguments, "paths").stream().map(path -> {
            if (!path.isTextual()) {
                throw AwsFault.invalid("paths", "paths must be texts");
            }
            return InterpreterInput.wellFormed("paths", path.textValue());
        }).toList();
    }

    private static FileContent file(JsonNode block) {
        String path = InterpreterInput.requiredText(block, "path");
        Optional<String> text = InterpreterInput.text(block, "text");
        Optional<String> blob = InterpreterInput.text(block, "blob");
        if (text.isPresent() == blob.isPresent()) {
            throw AwsFault.invalid("content", "each file must have either text or blob");
        }
        try {
            return new FileContent(path, text.map(content -> content.getBytes(StandardCharsets.UTF_8))
                    .orElseGet(() -> Base64.getDecoder().decode(blob.orElseThrow())));
        } catch (IllegalArgumentException broken) {
            throw AwsFault.invalid("blob", "blob must be base64");
        }
    }
}

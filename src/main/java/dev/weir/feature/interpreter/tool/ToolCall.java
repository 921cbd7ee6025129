package dev.weir.feature.interpreter.tool;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/**
 * What can be asked of a session (AWS: InvokeCodeInterpreter, {@code ToolName} and {@code ToolArguments}). Paths are relative to the session's
 * working directory. All texts are at most 100,000,000 characters. None of these shows code or content in {@code toString}.
 */
public sealed interface ToolCall {
    /** What code is written in. */
    enum Language {
        PYTHON, JAVASCRIPT, TYPESCRIPT
    }

    /** What runs it; where none is named the service takes Python for Python and Deno for the others. */
    enum Engine {
        PYTHON, NODEJS, DENO
    }

    /**
     * Code.
     *
     * @param engine the wire calls it {@code runtime}
     * @param clearContext forgets what earlier code of this language has defined, first
     */
    record ExecuteCode(String code, Language language, Optional<Engine> engine,
            boolean clearContext) implements ToolCall {
        /** Python, after what was there before. */
        public static ExecuteCode python(String code) {
            return new ExecuteCode(code, Language.PYTHON, Optional.empty(), false);
        }

        @Override
        public String toString() {
            return "ExecuteCode[" + language + ", " + code.length() + " characters]";
        }
    }

    /** A shell command. */
    record ExecuteCommand(String command) implements ToolCall {
        @Override
        public String toString() {
            return "ExecuteCommand[" + command.length() + " characters]";
        }
    }

    /** Answered with one {@link ToolResult.Resource} each. */
    record ReadFiles(List<String> paths) implements ToolCall {
        public ReadFiles {
            paths = List.copyOf(paths);
        }
    }

    /**
     * Answered with {@link ToolResult.Link}s.
     *
     * @param directory empty = the working directory
     */
    record ListFiles(String directory) implements ToolCall {}

    record RemoveFiles(List<String> paths) implements ToolCall {
        public RemoveFiles {
            paths = List.copyOf(paths);
        }
    }

    /** Directories are made where they are missing. */
    record WriteFiles(List<FileContent> files) implements ToolCall {
        public WriteFiles {
            files = List.copyOf(files);
        }
    }

    /** A shell command that goes on when the answer (a task id) is there; up to 8 hours. */
    record StartCommand(String command) implements ToolCall {
        @Override
        public String toString() {
            return "StartCommand[" + command.length() + " characters]";
        }
    }

    /** State and output of a command that was started. */
    record GetTask(String taskId) implements ToolCall {}

    record StopTask(String taskId) implements ToolCall {}

    /** A file to be written; bytes as they are, the wire's base64 is the adapter's affair. */
    record FileContent(String path, Buffer bytes) {
        @Override
        public String toString() {
            return "FileContent[" + path + ", " + bytes.length() + " bytes]";
        }
    }
}

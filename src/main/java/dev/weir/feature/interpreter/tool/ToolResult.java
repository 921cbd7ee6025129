package dev.weir.feature.interpreter.tool;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One part of a tool's answer; an answer may have several (AWS: {@code CodeInterpreterResult}).
 *
 * @param isError whether the tool says that it failed; code that raised an exception is such a failure
 */
public record ToolResult(List<Content> content, Optional<Structured> structured, boolean isError) {
    public ToolResult {
        content = List.copyOf(content);
    }

    /** A block of content. */
    public sealed interface Content {}

    public record Text(String text) implements Content {}

    /** A picture that code has shown. */
    public record Image(Buffer bytes, String mimeType) implements Content {}

    /**
     * A file with what is in it.
     *
     * @param uri ends with the file's name; what stands before is the service's
     */
    public record Resource(String uri, Optional<String> mimeType, Buffer bytes) implements Content {}

    /**
     * A file or directory that is there.
     *
     * @param description tells directories from files
     */
    public record Link(String uri, String name, Optional<String> description, Optional<String> mimeType,
            OptionalLong size) implements Content {
        public boolean isDirectory() {
            return description.filter(text -> text.toLowerCase(Locale.ROOT).contains("directory"))
                    .isPresent();
        }
    }

    /**
     * What an execution came to, as far as the service says so.
     *
     * @param taskStatus {@code submitted}, {@code working}, {@code completed}, {@code canceled} or {@code failed}
     * @param executionTime in a unit that the service's documents leave open: show it, never compute with it
     */
    public record Structured(Optional<String> taskId, Optional<String> taskStatus, Optional<String> stdout,
            Optional<String> stderr, OptionalInt exitCode, OptionalDouble executionTime) {}
}

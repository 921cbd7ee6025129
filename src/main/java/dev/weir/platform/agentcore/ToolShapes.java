package dev.weir.platform.agentcore;

import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.feature.interpreter.tool.ToolResult;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockagentcore.model.CodeInterpreterResult;
import software.amazon.awssdk.services.bedrockagentcore.model.ContentBlock;
import software.amazon.awssdk.services.bedrockagentcore.model.InputContentBlock;
import software.amazon.awssdk.services.bedrockagentcore.model.ResourceContent;
import software.amazon.awssdk.services.bedrockagentcore.model.ToolArguments;
import software.amazon.awssdk.services.bedrockagentcore.model.ToolName;
import software.amazon.awssdk.services.bedrockagentcore.model.ToolResultStructuredContent;

/** Tools and their answers between our types and the SDK's. */
final class ToolShapes {
    private ToolShapes() {}

    static ToolName name(ToolCall call) {
        return switch (call) {
            case ToolCall.ExecuteCode _ -> ToolName.EXECUTE_CODE;
            case ToolCall.ExecuteCommand _ -> ToolName.EXECUTE_COMMAND;
            case ToolCall.ReadFiles _ -> ToolName.READ_FILES;
            case ToolCall.ListFiles _ -> ToolName.LIST_FILES;
            case ToolCall.RemoveFiles _ -> ToolName.REMOVE_FILES;
            case ToolCall.WriteFiles _ -> ToolName.WRITE_FILES;
            case ToolCall.StartCommand _ -> ToolName.START_COMMAND_EXECUTION;
            case ToolCall.GetTask _ -> ToolName.GET_TASK;
            case ToolCall.StopTask _ -> ToolName.STOP_TASK;
        };
    }

    static ToolArguments arguments(ToolCall call) {
        ToolArguments.Builder arguments = ToolArguments.builder();
        switch (call) {
            case ToolCall.ExecuteCode code -> arguments.code(code.code())
                    .language(code.language().name().toLowerCase(Locale.ROOT))
                    .clearContext(code.clearContext() ? true : null);
            case ToolCall.ExecuteCommand(String command) -> arguments.command(command);
            case ToolCall.ReadFiles(List<String> paths) -> arguments.paths(paths);
            case ToolCall.ListFiles(String directory) -> arguments.directoryPath(directory);
            case ToolCall.RemoveFiles(List<String> paths) -> arguments.paths(paths);
            case ToolCall.WriteFiles(List<ToolCall.FileContent> files) ->
                arguments.content(files.stream().map(ToolShapes::file).toList());
            case ToolCall.StartCommand(String command) -> arguments.command(command);
            case ToolCall.GetTask(String task) -> arguments.taskId(task);
            case ToolCall.StopTask(String task) -> arguments.taskId(task);
        }
        return arguments.build();
    }

    /** What {@link RuntimeArgument} adds. */
    static Optional<String> runtime(ToolCall call) {
        return call instanceof ToolCall.ExecuteCode code
                ? code.engine().map(engine -> engine.name().toLowerCase(Locale.ROOT))
                : Optional.empty();
    }

    /** The SDK makes base64 of a blob itself. */
    private static InputContentBlock file(ToolCall.FileContent file) {
        return InputContentBlock.builder().path(file.path()).blob(SdkBytes.fromByteArrayUnsafe(file.bytes().getBytes()))
                .build();
    }

    static ToolResult result(CodeInterpreterResult part) {
        return new ToolResult(part.content().stream().map(ToolShapes::content).flatMap(Optional::stream).toList(),
                Optional.ofNullable(part.structuredContent()).map(ToolShapes::structured),
                Boolean.TRUE.equals(part.isError()));
    }

    /** Nothing for a block in which there is nothing that we know; by what it holds, for the type of a new one is not known. */
    private static Optional<ToolResult.Content> content(ContentBlock block) {
        return switch (block.type()) {
            case RESOURCE -> Optional.ofNullable(block.resource()).map(ToolShapes::resource);
            case RESOURCE_LINK -> Optional.of(new ToolResult.Link(Objects.requireNonNullElse(block.uri(), ""),
                    Objects.requireNonNullElse(block.name(), ""), Optional.ofNullable(block.description()),
                    Optional.ofNullable(block.mimeType()),
                    block.size() == null ? OptionalLong.empty() : OptionalLong.of(block.size())));
            case null, default -> block.text() != null
                    ? Optional.of(new ToolResult.Text(block.text()))
                    : Optional.ofNullable(block.data()).map(data -> new ToolResult.Image(
                            Buffer.buffer(data.asByteArrayUnsafe()),
                            Objects.requireNonNullElse(block.mimeType(), "application/octet-stream")));
        };
    }

    private static ToolResult.Content resource(ResourceContent file) {
        Buffer bytes = file.blob() != null
                ? Buffer.buffer(file.blob().asByteArrayUnsafe())
                : Buffer.buffer(Objects.requireNonNullElse(file.text(), "").getBytes(StandardCharsets.UTF_8));
        return new ToolResult.Resource(Objects.requireNonNullElse(file.uri(), ""),
                Optional.ofNullable(file.mimeType()), bytes);
    }

    private static ToolResult.Structured structured(ToolResultStructuredContent content) {
        return new ToolResult.Structured(Optional.ofNullable(content.taskId()),
                Optional.ofNullable(content.taskStatusAsString()), Optional.ofNullable(content.stdout()),
                Optional.ofNullable(content.stderr()),
                content.exitCode() == null ? OptionalInt.empty() : OptionalInt.of(content.exitCode()),
                content.executionTime() == null ? OptionalDouble.empty() : OptionalDouble.of(content.executionTime()));
    }
}

package dev.weir.app;

import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.feature.interpreter.tool.ToolResult;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Files to a session and from it, one by one: the service takes 100 MB in a call. */
final class SandboxFiles {
    private static final int MOST_WORDS = 300;

    private final BiConsumer<ToolCall, Interpreter.Results> calls;

    /** @param calls makes a call, and returns when it is over or throws the problem */
    SandboxFiles(BiConsumer<ToolCall, Interpreter.Results> calls) {
        this.calls = calls;
    }

    /** Throws the problem if the file does not get there: code that needs it is not to be run without. */
    void up(SandboxOrder.Upload upload) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(upload.local());
        } catch (IOException unreadable) {
            throw new ProblemException(new Problem.Invalid("cannot read " + upload.local(), List.of()), unreadable);
        }
        List<ToolResult> parts = call(new ToolCall.WriteFiles(
                List.of(new ToolCall.FileContent(upload.remote(), Buffer.buffer(bytes)))));
        if (parts.stream().anyMatch(ToolResult::isError)) {
            throw new ProblemException(new Problem.UpstreamFailed("AgentCore",
                    "could not upload " + upload.local() + " to " + upload.remote() + words(parts)));
        }
    }

    /** What is wrong, if the file does not get here. */
    Optional<String> down(SandboxOrder.Download download) {
        String what = "could not download " + download.remote();
        try {
            List<ToolResult> parts = call(new ToolCall.ReadFiles(List.of(download.remote())));
            Optional<ToolResult.Resource> file = parts.stream().filter(part -> !part.isError())
                    .flatMap(part -> part.content().stream()).filter(ToolResult.Resource.class::isInstance)
                    .map(ToolResult.Resource.class::cast).findFirst();
            if (file.isEmpty()) {
                return Optional.of(what + words(parts));
            }
            Files.write(download.local(), file.get().bytes().getBytes());
            return Optional.empty();
        } catch (IOException unwritable) {
            return Optional.of(what + ": cannot write " + download.local());
        } catch (ProblemException failure) {
            return Optional.of(what + ": " + failure.getMessage());
        }
    }

    private List<ToolResult> call(ToolCall call) {
        List<ToolResult> parts = new ArrayList<>();
        calls.accept(call, part -> {
            parts.add(part);
            return Future.succeededFuture();
        });
        return parts;
    }

    private static String words(List<ToolResult> parts) {
        String text = parts.stream().flatMap(part -> part.content().stream())
                .filter(ToolResult.Text.class::isInstance).map(content -> ((ToolResult.Text) content).text())
                .collect(Collectors.joining(" ")).replaceAll("\\p{Cntrl}", " ").strip();
        return text.isEmpty() ? "" : ": " + text.substring(0, Math.min(MOST_WORDS, text.length()));
    }
}

package dev.weir.app;

import dev.weir.feature.interpreter.tool.ToolResult;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** A sandbox command over a scripted interpreter, and what it said. */
class SandboxRig {
    static final SandboxTarget TARGET = new SandboxTarget("ci", Optional.empty(), "", Optional.empty(), true);
    static final Duration LIFE = Duration.ofMinutes(15);
    static final ToolResult NOTHING = new ToolResult(List.of(), Optional.empty(), false);

    @TempDir
    Path dir;
    final ScriptedInterpreter interpreter = new ScriptedInterpreter();
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();

    static SandboxOrder once(boolean json) {
        return new SandboxOrder.Run(TARGET, LIFE, work(false, List.of(), List.of()), json);
    }

    static SandboxOrder exec(boolean json) {
        return new SandboxOrder.Exec(TARGET, "01KOLD", work(false, List.of(), List.of()), json);
    }

    static SandboxOrder.Work work(boolean strict, List<SandboxOrder.Upload> uploads,
            List<SandboxOrder.Download> downloads) {
        return new SandboxOrder.Work(new SandboxOrder.Program("print(1)", "python", Optional.empty(), false), strict,
                uploads, downloads);
    }

    int run(SandboxOrder order) {
        return sandbox(order).run();
    }

    Sandbox sandbox(SandboxOrder order) {
        return new Sandbox(interpreter, order, new SandboxOutput(stream(out), stream(err), order.json()));
    }

    static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, false, StandardCharsets.UTF_8);
    }

    /** The one value on standard output. */
    JsonObject json() {
        return new JsonObject(out());
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}

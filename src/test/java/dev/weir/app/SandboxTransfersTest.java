package dev.weir.app;

import static dev.weir.app.ScriptedInterpreter.result;
import static dev.weir.app.ScriptedInterpreter.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.feature.interpreter.tool.ToolResult;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Files that go up before the code and come down after it. */
class SandboxTransfersTest extends SandboxRig {
    @Test
    void filesGoUpBeforeAndComeDownAfterAlsoWhenTheCodeFailed() throws Exception {
        Path local = Files.write(dir.resolve("in"), new byte[]{0, -1});
        Path target = dir.resolve("out");
        SandboxOrder.Work work = work(false, List.of(new SandboxOrder.Upload(local, "data/in")),
                List.of(new SandboxOrder.Download("gone", dir.resolve("gone")),
                        new SandboxOrder.Download("out", target)));
        interpreter.then(text("ok")).then(result("", "", 9))
                .then(new ToolResult(List.of(new ToolResult.Text("no such\nfile")), Optional.empty(), true))
                .then(new ToolResult(List.of(new ToolResult.Resource("file:///out", Optional.empty(),
                        Buffer.buffer(new byte[]{-1, 0}))), Optional.empty(), false));
        assertThat(run(new SandboxOrder.Run(TARGET, LIFE, work, true))).isEqualTo(9);
        assertThat(Files.readAllBytes(target)).isEqualTo(new byte[]{-1, 0});
        assertThat(interpreter.asked).containsExactly("start 900", "invoke 01KNEW WriteFiles",
                "invoke 01KNEW ExecuteCode", "invoke 01KNEW ReadFiles", "invoke 01KNEW ReadFiles", "stop 01KNEW");
        assertThat(((ToolCall.WriteFiles) interpreter.calls.element()).files()).containsExactly(
                new ToolCall.FileContent("data/in", Buffer.buffer(new byte[]{0, -1})));
        assertThat(json().getInteger("exitCode")).isEqualTo(9);
        assertThat(json().getJsonObject("error").getString("detail"))
                .isEqualTo("could not download gone: no such file");
    }

    @Test
    void aFileThatIsMissedIsAFailureAlsoOfCodeThatWentWell() {
        interpreter.then(result("", "", 0)).then(NOTHING);
        assertThat(run(new SandboxOrder.Exec(TARGET, "01KOLD", work(false, List.of(),
                List.of(new SandboxOrder.Download("x", dir.resolve("x")))), false))).isEqualTo(1);
        assertThat(err()).contains("could not download x");
    }

    @Test
    void codeIsNotRunWithoutItsFile() throws Exception {
        SandboxOrder.Work work = work(false,
                List.of(new SandboxOrder.Upload(Files.createFile(dir.resolve("in")), "../in")),
                List.of());
        interpreter.then(new ToolResult(List.of(new ToolResult.Text("leaves the directory")), Optional.empty(), true));
        assertThat(run(new SandboxOrder.Run(TARGET, LIFE, work, false))).isEqualTo(1);
        assertThat(interpreter.asked).containsExactly("start 900", "invoke 01KNEW WriteFiles", "stop 01KNEW");
        assertThat(err()).contains("leaves the directory");
    }

    @Test
    void aPictureIsMentioned() {
        interpreter.then(new ToolResult(List.of(new ToolResult.Image(Buffer.buffer("x"), "image/png")),
                Optional.empty(), false));
        assertThat(run(exec(false))).isZero();
        assertThat(err()).contains("image/png");
        assertThat(out()).isEmpty();
    }
}

package dev.weir.emulator.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.emulator.interpreter.Bench.Heard;
import dev.weir.emulator.session.AwsFault;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools beside Python, in one session. */
class ToolsTest {
    @TempDir
    static Path dir;
    private static Bench bench;

    @BeforeAll
    static void open() throws IOException {
        bench = new Bench(dir);
    }

    @AfterAll
    static void close() throws IOException {
        bench.close();
    }

    @Test
    void aCommandRunsInTheSessionsDirectory() throws Exception {
        Heard heard = bench.command("pwd; echo \"$HOME\"; echo oops >&2; exit 7");

        assertThat(heard.stdout()).isEqualTo((bench.work() + "\n").repeat(2));
        assertThat(heard.stderr()).isEqualTo("oops\n");
        assertThat(heard.exitCode()).isEqualTo(7);
        assertThat(heard.isError()).isTrue();
        assertThat(bench.command("kill -9 $$").exitCode()).isEqualTo(137);
        assertThat(bench.command("env").stdout()).doesNotContain("AWS_", "WEIR_");
    }

    @Test
    void aLongCommandIsStillOne() throws Exception {
        assertThat(bench.command("x=" + "y".repeat(1_000_000) + "; echo ${#x}").stdout()).isEqualTo("1000000\n");
    }

    @Test
    void javaScriptRunsOnNode() throws Exception {
        assumeTrue(hasNode(false), "node is not installed");
        bench.call("writeFiles", new JsonObject("""
                {"content": [{"path": "m.js", "text": "exports.v = 'from m'"}]}"""));

        Heard heard = bench.code("const m = require('./m.js'); console.log(m.v); console.error('\u2028'); let kept = 1;"
                + " process.exitCode = 3", "javascript", "nodejs");

        assertThat(heard.stdout()).isEqualTo("from m\n");
        assertThat(heard.stderr()).isEqualTo("\u2028\n");
        assertThat(heard.exitCode()).isEqualTo(3);
        assertThat(bench.code("console.log(typeof kept)", "javascript", "nodejs").stdout()).isEqualTo("undefined\n");
        assertThat(bench.code("throw new Error('no')", "javascript", "nodejs").stderr()).contains("Error: no");
        String large = "console.log('" + "x".repeat(500_000) + "'.length)";
        assertThat(bench.code(large, "javascript", "nodejs").stdout()).isEqualTo("500000\n");
    }

    @Test
    void typeScriptRunsAsAModuleWhereNodeCanDoThat() throws Exception {
        assumeTrue(hasNode(true), "no node of 22.6 or newer is installed");

        Heard heard = bench.code("import { sep } from 'node:path'; const s: string = await Promise.resolve(sep);"
                + " console.log(s)", "typescript", "nodejs");

        assertThat(heard.stdout()).isEqualTo("/\n");
        assertThat(bench.call("listFiles", new JsonObject()).content()).noneMatch(
                block -> block.getString("name").startsWith(".weir"));
    }

    @Test
    void whatIsMissingHereIsNamed() {
        if (!hasNode(true) && hasNode(false)) {
            assertThatThrownBy(() -> bench.code("1", "typescript", "nodejs")).isInstanceOf(AwsFault.class)
                    .hasMessageContaining("22.6");
        }
        assumeTrue(!hasDeno(), "deno is installed");
        assertThatThrownBy(() -> bench.code("1", "typescript", "deno")).isInstanceOf(AwsFault.class)
                .hasMessage("the runtime deno is not installed on this machine; pass runtime nodejs");
    }

    @Test
    void scriptsRunOnDenoWhereItIs() throws Exception {
        assumeTrue(hasDeno(), "deno is not installed");
        assertThat(bench.code("const s: string = 'typed'; console.log(s)", "typescript", "deno").stdout())
                .isEqualTo("typed\n");
        assertThat(bench.code("console.log(typeof Deno)", "javascript", "deno").stdout()).isEqualTo("object\n");
    }

    /** Which runtime can run which language is said by the service alone. */
    @Test
    void s1_08_aLanguageAndARuntimeThatDoNotGoTogetherAreRefused() {
        assertThatThrownBy(() -> bench.code("1", "python", "deno")).isInstanceOf(AwsFault.class)
                .hasMessage("the runtime deno does not run python");
        assertThatThrownBy(() -> bench.code("1", "javascript", "python")).isInstanceOf(AwsFault.class);
        assertThatThrownBy(() -> bench.code("1", "Python", "python")).hasMessageContaining("language must be one of");
    }

    @Test
    void filesComeBackAsTheyWere() throws Exception {
        byte[] binary = {(byte) 0xff, 0, 1};
        JsonArray content = new JsonArray()
                .add(new JsonObject().put("path", "text.json").put("text", "{\"a\": \"\u2028\0\"}"))
                .add(new JsonObject().put("path", "deep/er/b.bin").put("blob", Base64.getEncoder().encodeToString(binary)))
                .add(new JsonObject().put("path", "big").put("text", "\u20ac".repeat(1_000_000)))
                .add(new JsonObject().put("path", "empty").put("text", ""))
                .add(new JsonObject().put("path", "controls").put("text", "\1".repeat(3_000_000)));

        assertThat(bench.call("writeFiles", new JsonObject().put("content", content)).text())
                .isEqualTo("Successfully wrote all 5 files");
        Heard heard = bench.call("readFiles", new JsonObject().put("paths",
                new JsonArray().add("text.json").add("deep/er/b.bin").add("big").add("empty").add("controls")));

        assertThat(heard.content()).extracting(block -> block.getJsonObject("resource").getString("type"))
                .containsExactly("text", "blob", "text", "text", "blob");
        JsonObject first = heard.content().getFirst().getJsonObject("resource");
        assertThat(first.getString("uri")).isEqualTo("file:///text.json");
        assertThat(first.getString("mimeType")).isEqualTo("application/json");
        assertThat(first.getString("text")).isEqualTo("{\"a\": \"\u2028\0\"}");
        assertThat(Base64.getDecoder().decode(heard.content().get(1).getJsonObject("resource").getString("blob")))
                .isEqualTo(binary);
        assertThat(heard.content().get(2).getJsonObject("resource").getString("text")).hasSize(1_000_000);
        assertThat(heard.isError()).isFalse();
    }

    @Test
    void whatCannotBeDoneWithFilesIsAResult() throws Exception {
        Files.createSymbolicLink(bench.work().resolve("out"), Path.of("/etc"));
        assertThat(bench.call("readFiles", paths("absent")).text()).contains("absent: there is no such file");
        assertThat(bench.call("readFiles", paths("out/passwd")).text()).contains("goes through a symbolic link");
        assertThat(bench.call("readFiles", paths("/etc/passwd")).isError()).isTrue();
        assertThat(bench.call("removeFiles", paths("../x")).text()).contains("leads out of the session's directory");
        assertThat(bench.call("listFiles", Bench.arguments("directoryPath", "nowhere")).isError()).isTrue();
        Heard heard = bench.call("writeFiles", new JsonObject("""
                {"content": [{"path": "../x", "text": ""}, {"path": "fine", "text": ""}]}"""));
        assertThat(heard.text()).startsWith("Failed to write 1 of 2 files: ../x: ");
        assertThat(heard.isError()).isTrue();
        assertThat(bench.call("removeFiles", paths("fine")).text()).isEqualTo("Successfully removed all 1 files");
    }

    @Test
    void aDirectoryIsListed() throws Exception {
        bench.call("writeFiles", new JsonObject("""
                {"content": [{"path": "listed/inner/x", "text": "1"}, {"path": "listed/a.txt", "text": "12"}]}"""));

        Heard heard = bench.call("listFiles", Bench.arguments("directoryPath", "listed/"));

        assertThat(heard.content()).containsExactly(
                new JsonObject().put("type", "resource_link").put("uri", "file:///listed/a.txt").put("name", "a.txt")
                        .put("description", "File").put("mimeType", "text/plain").put("size", 2L),
                new JsonObject().put("type", "resource_link").put("uri", "file:///listed/inner").put("name", "inner")
                        .put("description", "Directory"));
        assertThat(bench.call("listFiles", Bench.arguments("path", "listed")).content()).isEqualTo(heard.content());
    }

    @Test
    void aTaskGoesOnAfterTheCall() throws Exception {
        JsonObject begun = bench.call("startCommandExecution", Bench.arguments("command",
                "echo one; until [ -e go-on ]; do sleep 0.02; done; echo two >&2; exit 4")).structured();
        assertThat(begun.getString("taskStatus")).isEqualTo("submitted");
        JsonObject id = Bench.arguments("taskId", begun.getString("taskId"));
        await().until(() -> bench.call("getTask", id).stdout().equals("one\n"));
        assertThat(bench.call("getTask", id).structured().getString("taskStatus")).isEqualTo("working");
        assertThat(bench.call("getTask", id).structured().containsKey("exitCode")).isFalse();

        Files.createFile(bench.work().resolve("go-on"));

        await().until(() -> bench.call("getTask", id).structured().getString("taskStatus").equals("failed"));
        Heard over = bench.call("getTask", id);
        assertThat(over.exitCode()).isEqualTo(4);
        assertThat(over.stderr()).isEqualTo("two\n");
        assertThat(bench.call("stopTask", id).structured().getString("taskStatus")).isEqualTo("failed");
    }

    @Test
    void aTaskCanBeStopped() throws Exception {
        JsonObject id = Bench.arguments("taskId", bench.call("startCommandExecution",
                Bench.arguments("command", "sleep 300 & echo $!; wait")).structured().getString("taskId"));
        await().until(() -> !bench.call("getTask", id).stdout().isEmpty());
        long child = Long.parseLong(bench.call("getTask", id).stdout().trim());

        assertThat(bench.call("stopTask", id).structured().getString("taskStatus")).isEqualTo("canceled");

        await().until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
        assertThat(bench.call("getTask", id).structured().getString("taskStatus")).isEqualTo("canceled");
        assertThatThrownBy(() -> bench.call("getTask", Bench.arguments("taskId", "other"))).isInstanceOf(AwsFault.class);
    }

    @Test
    void aCallThatHasHadItsTimeIsEnded() throws Exception {
        for (String call : List.of("executeCommand", "executeCode")) {
            JsonObject arguments = new JsonObject().put("command", "echo on; sleep 300").put("language", "python")
                    .put("code", "print('on')\nimport time\ntime.sleep(300)");
            Bench.Heard heard = bench.call(call, arguments, (run, event) -> run.expire());

            assertThat(heard.exitCode()).isEqualTo(137);
            assertThat(heard.stdout()).isEqualTo("on\n");
            assertThat(heard.stderr()).endsWith("[ended: a call has 900 seconds]\n");
        }
    }

    @Test
    void whatAKilledEmulatorLeftIsEndedAndRemoved() throws Exception {
        Path root = Files.createDirectories(dir.resolve("left"));
        Bench left = new Bench(root);
        long child = Long.parseLong(left.command("setsid sleep 300 >/dev/null 2>&1 & echo $!").stdout().trim());
        assertThat(ProcessHandle.of(child)).isPresent();

        new InterpreterSessions(null, InstantSource.system(), root, 1).clear();

        await().until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
        assertThat(root).doesNotExist();
    }

    @Test
    void codeWaitsForItsTurnAndCommandsDoNot() throws Exception {
        CompletableFuture<Heard> first = later("import os, time\nprint(1)\nwhile not os.path.exists('turn'): time.sleep(0.01)");
        CompletableFuture<Heard> second = later("import os\nos.path.exists('turn')");

        assertThat(bench.command("touch turn").exitCode()).isZero();

        assertThat(first.get(20, TimeUnit.SECONDS).exitCode()).isZero();
        assertThat(second.get(20, TimeUnit.SECONDS).exitCode()).isZero();
    }

    private static CompletableFuture<Heard> later(String code) {
        CompletableFuture<Heard> heard = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                heard.complete(bench.python(code));
            } catch (Exception failure) {
                heard.completeExceptionally(failure);
            }
        });
        return heard;
    }

    private static JsonObject paths(String path) {
        return Bench.arguments("paths", new JsonArray().add(path));
    }

    private static boolean hasNode(boolean typed) {
        return runs(new ToolOrder.ExecuteCode("", typed ? "typescript" : "javascript", "nodejs", false));
    }

    private static boolean hasDeno() {
        return runs(new ToolOrder.ExecuteCode("", "typescript", "deno", false));
    }

    private static boolean runs(ToolOrder.ExecuteCode order) {
        try {
            return Files.isExecutable(new Programs().of(order));
        } catch (AwsFault missing) {
            return false;
        }
    }
}

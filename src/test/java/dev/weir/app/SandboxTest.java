package dev.weir.app;

import static dev.weir.app.ScriptedInterpreter.SESSION;
import static dev.weir.app.ScriptedInterpreter.result;
import static dev.weir.app.ScriptedInterpreter.structured;
import static dev.weir.app.ScriptedInterpreter.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.feature.interpreter.tool.ToolResult;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SandboxTest extends SandboxRig {
    @Test
    void s1_15_startPrintsTheIdAlone() {
        assertThat(run(new SandboxOrder.Start(TARGET, Duration.ofSeconds(60), false))).isZero();
        assertThat(out()).isEqualTo(SESSION + "\n");
        out.reset();
        assertThat(run(new SandboxOrder.Start(TARGET, LIFE, true))).isZero();
        assertThat(json()).isEqualTo(new JsonObject().put("sessionId", SESSION));
        assertThat(interpreter.asked).containsExactly("start 60", "start 900");
    }

    @Test
    void s1_14_stopPrintsOneLine() {
        assertThat(run(new SandboxOrder.Stop(TARGET, "01KOLD"))).isZero();
        assertThat(out()).isEqualTo("Session 01KOLD stopped.\n");
        assertThat(interpreter.asked).containsExactly("stop 01KOLD");
    }

    @Test
    void s1_16_runStopsWhatItHasStartedAlways() {
        interpreter.then(result("1\n", "", 0));
        assertThat(run(once(false))).isZero();
        assertThat(interpreter.asked).containsExactly("start 900", "invoke " + SESSION + " ExecuteCode",
                "stop " + SESSION);
        interpreter.asked.clear();
        interpreter.thenFails(new Problem.UpstreamFailed("AgentCore", "it broke"));
        assertThat(run(once(false))).isEqualTo(1);
        assertThat(interpreter.asked).last().isEqualTo("stop " + SESSION);
        assertThat(err()).contains("it broke");
    }

    @Test
    void s1_16_aStopThatFailsIsAWarningOnly() {
        interpreter.stopped = Future.failedFuture(new ProblemException(
                new Problem.Unavailable("busy", Duration.ofSeconds(1), "")));
        interpreter.then(result("", "", 5));
        assertThat(run(once(false))).isEqualTo(5);
        assertThat(err()).contains("warning").contains(SESSION).contains("busy");
    }

    @Test
    void s1_16_whatCannotBeStartedIsNotStopped() {
        interpreter.started = Future.failedFuture(new ProblemException(new Problem.NotFound("code interpreter", "ci")));
        assertThat(run(once(true))).isEqualTo(1);
        assertThat(interpreter.asked).containsExactly("start 900");
        assertThat(json().getJsonObject("error").getString("detail")).contains("code interpreter");
    }

    @Test
    void s1_17_textComesAsItIsAndTroubleApart() {
        interpreter.then(text("a"), result("b\n", "w\n", 0));
        assertThat(run(exec(false))).isZero();
        assertThat(out()).isEqualTo("ab\n");
        assertThat(err()).isEqualTo("w\n");
        assertThat(interpreter.asked).containsExactly("invoke 01KOLD ExecuteCode");
    }

    @Test
    void s1_17_eachPartIsShownBeforeTheNextIsAskedFor() throws Exception {
        interpreter.hangs = true;
        interpreter.then(text("early"));
        Sandbox sandbox = sandbox(exec(false));
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(sandbox::run);
        await().until(() -> out().equals("early"));
        sandbox.interrupt(2);
        assertThat(code.get(10, TimeUnit.SECONDS)).isEqualTo(130);
    }

    @Test
    void s1_17_nothingIsShownTwiceAndNothingIsLost() {
        ToolResult plain = new ToolResult(List.of(), Optional.of(structured("only here\n", "", 0)), false);
        interpreter.then(plain);
        run(exec(false));
        assertThat(out()).as("no block of text").isEqualTo("only here\n");
        for (ToolResult[] parts : new ToolResult[][]{
            {text("one\n"), text("two\n"),
                new ToolResult(List.of(), Optional.of(structured("one\ntwo\n", "", 0)), false)},
            {text("one\n"), new ToolResult(List.of(), Optional.of(structured("one\ntwo\n", "", 0)), false)},
            {text("one\ntwo"), new ToolResult(List.of(), Optional.of(structured("one\ntwo\n", "", 0)), false)}}) {
            out.reset();
            interpreter.then(parts);
            run(exec(false));
            assertThat(out().strip()).isEqualTo("one\ntwo");
            out.reset();
            interpreter.then(parts);
            run(exec(true));
            assertThat(json().getString("stdout").strip()).isEqualTo("one\ntwo");
        }
    }

    @Test
    void s1_18_jsonIsOneObjectOfFiveMembers() {
        interpreter.then(result("a\"\u2028\n", "e", 3));
        assertThat(run(exec(true))).isEqualTo(3);
        assertThat(json()).isEqualTo(new JsonObject().put("stdout", "a\"\u2028\n").put("stderr", "e").put("exitCode", 3)
                .put("executionTime", 0.25).put("isError", true));
        assertThat(err()).isEmpty();
    }

    @Test
    void s1_18_textWithoutStructureIsNotLost() {
        interpreter.then(text("of a new shape"));
        run(exec(true));
        assertThat(json().getString("stdout")).isEqualTo("of a new shape");
        assertThat(json().getInteger("exitCode")).isZero();
    }

    @Test
    void s1_19_partsAddUpAndTheLastNumbersCount() {
        interpreter.then(new ToolResult(List.of(), Optional.of(structured("a", "x", 4)), true), result("b", "y", 0));
        assertThat(run(exec(true))).isZero();
        assertThat(json().getString("stdout")).isEqualTo("ab");
        assertThat(json().getString("stderr")).isEqualTo("xy");
        assertThat(json().getInteger("exitCode")).isZero();
        assertThat(json().getBoolean("isError")).isTrue();
    }

    @Test
    void s1_20_theRemoteCodeIsOurs() {
        for (int[] pair : new int[][]{{0, 0}, {1, 1}, {42, 42}, {255, 255}, {256, 1}, {-1, 255}}) {
            interpreter.then(result("", "", pair[0]));
            assertThat(run(exec(false))).isEqualTo(pair[1]);
        }
    }

    @Test
    void s1_20_anErrorWithCodeZeroIsOneOnlyWhenStrict() {
        ToolResult odd = new ToolResult(List.of(), Optional.of(structured("", "", 0)), true);
        interpreter.then(odd).then(odd);
        assertThat(run(exec(false))).isZero();
        assertThat(run(new SandboxOrder.Exec(TARGET, "01KOLD", work(true, List.of(), List.of()), false))).isEqualTo(1);
    }

    @Test
    void s1_21_aBrokenStreamIsOneJsonValueWithErrorAndWhatCameBefore() {
        interpreter.then(text("before")).thenFails(new Problem.Unavailable("slow down", Duration.ofSeconds(1), ""));
        assertThat(run(once(true))).isEqualTo(1);
        assertThat(json()).isEqualTo(new JsonObject().put("stdout", "before").put("stderr", "").put("error",
                new JsonObject().put("detail", "slow down")));
        assertThat(err()).contains("slow down");
        assertThat(interpreter.asked).last().isEqualTo("stop " + SESSION);
    }

    @Test
    void s1_23_aSignalStopsTheSessionAndTellsItself() throws Exception {
        for (int number : new int[]{2, 15}) {
            interpreter.asked.clear();
            interpreter.hangs = true;
            out.reset();
            Sandbox sandbox = sandbox(once(true));
            CompletableFuture<Integer> code = CompletableFuture.supplyAsync(sandbox::run);
            await().until(() -> interpreter.asked.size() == 2);
            sandbox.interrupt(number);
            assertThat(code.get(10, TimeUnit.SECONDS)).isEqualTo(128 + number);
            assertThat(interpreter.asked).containsExactly("start 900", "invoke " + SESSION + " ExecuteCode", "abandon",
                    "stop " + SESSION);
            assertThat(json().getJsonObject("error").getString("detail")).contains("interrupted");
        }
    }

    @Test
    void s1_23_aSignalWhileTheSessionStartsStopsItWhenItIsThere() throws Exception {
        for (SandboxOrder order : List.of(once(false), new SandboxOrder.Start(TARGET, LIFE, false))) {
            Promise<Interpreter.Session> slow = Promise.promise();
            interpreter.started = slow.future();
            interpreter.asked.clear();
            Sandbox sandbox = sandbox(order);
            CompletableFuture<Integer> code = CompletableFuture.supplyAsync(sandbox::run);
            await().until(() -> interpreter.asked.size() == 1);
            sandbox.interrupt(15);
            slow.complete(new Interpreter.Session(SESSION, Instant.EPOCH, true));
            assertThat(code.get(10, TimeUnit.SECONDS)).isEqualTo(143);
            assertThat(interpreter.asked).containsExactly("start 900", "stop " + SESSION);
            assertThat(out()).isEmpty();
        }
    }

    @Test
    void s1_23_aSessionOfSomebodyElsesIsLeftAlone() throws Exception {
        interpreter.hangs = true;
        Sandbox sandbox = sandbox(exec(false));
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(sandbox::run);
        await().until(() -> interpreter.asked.size() == 1);
        sandbox.interrupt(2);
        assertThat(code.get(10, TimeUnit.SECONDS)).isEqualTo(130);
        assertThat(interpreter.asked).doesNotContain("stop 01KOLD");
        assertThat(err()).contains("may still be at work");
    }

    @Test
    void s1_19_nothingIsLostWhereOnlySomePartsHaveAStructure() {
        ToolResult[] textFirst = {text("a"), result("b\n", "", 0)};
        ToolResult[] structureFirst = {new ToolResult(List.of(), Optional.of(structured("a", "", 0)), false),
            result("b\n", "", 0)};
        for (ToolResult[] parts : new ToolResult[][]{textFirst, structureFirst}) {
            out.reset();
            interpreter.then(parts);
            run(exec(true));
            assertThat(json().getString("stdout")).isEqualTo("ab\n");
            out.reset();
            interpreter.then(parts);
            run(exec(false));
            assertThat(out()).contains("a").contains("b\n").hasSize(3);
        }
    }

    @Test
    void s1_17_anErrorsTextThatIsItsErrorOutputIsShownOnce() {
        interpreter.then(new ToolResult(List.of(new ToolResult.Text("Traceback")),
                Optional.of(structured("", "Traceback\n", 1)), true));
        assertThat(run(exec(false))).isEqualTo(1);
        assertThat(out()).isEmpty();
        assertThat(err()).isEqualTo("Traceback\n");
    }

    @Test
    void aSessionThatOutlivedItsTimeIsToldSo() {
        interpreter.thenFails(new Problem.NotFound("interpreter session", SESSION));
        assertThat(run(new SandboxOrder.Run(TARGET, Duration.ZERO, work(false, List.of(), List.of()), true)))
                .isEqualTo(1);
        assertThat(json().getJsonObject("error").getString("detail"))
                .isEqualTo("the session's lifetime of 0 s is over (--timeout)");
        assertThat(interpreter.asked).last().isEqualTo("stop " + SESSION);
        out.reset();
        interpreter.thenFails(new Problem.NotFound("interpreter session", SESSION));
        run(once(true));
        assertThat(json().getJsonObject("error").getString("detail")).isEqualTo("there is no such interpreter session");
    }

    @Test
    void nobodyReadsAnyMore() {
        interpreter.then(text("x"), text("y"));
        assertThat(lost("Broken pipe", once(false))).isEqualTo(141);
        assertThat(interpreter.asked).last().isEqualTo("stop " + SESSION);
        assertThat(err()).isEmpty();
        interpreter.then(result("x", "", 0));
        assertThat(lost("Broken pipe", once(true))).isEqualTo(141);
    }

    @Test
    void whatCannotBeWrittenIsAFailureAndToldSo() {
        for (SandboxOrder order : List.of(once(false), once(true), new SandboxOrder.Start(TARGET, LIFE, false),
                new SandboxOrder.Start(TARGET, LIFE, true))) {
            err.reset();
            interpreter.asked.clear();
            interpreter.then(result("x", "", 0));
            assertThat(lost("No space left on device", order)).isEqualTo(1);
            assertThat(err()).contains("cannot write to standard output: No space left on device");
            assertThat(interpreter.asked).as("nobody has learnt its id").last().isEqualTo("stop " + SESSION);
        }
    }

    @Test
    void s1_23_aSignalBeforeAnythingStartsIsOneJsonValue() {
        SandboxOutput output = new SandboxOutput(stream(out), stream(err), true);
        List<Integer> ended = new ArrayList<>();
        SandboxSignals signals = new SandboxSignals(ended::add);
        signals.tellOn(output);
        signals.heard(15);
        output.fail("the same moment's misuse");
        assertThat(ended).containsExactly(143);
        assertThat(json()).isEqualTo(new JsonObject().put("error", new JsonObject().put("detail", "interrupted")));
    }

    @Test
    void s1_23_aSignalAtWorkIsTheSandboxes() {
        List<Integer> ended = new ArrayList<>();
        SandboxSignals signals = new SandboxSignals(ended::add);
        Sandbox sandbox = sandbox(once(false));
        signals.handTo(sandbox);
        signals.heard(2);
        assertThat(ended).isEmpty();
        assertThat(sandbox.run()).isEqualTo(130);
        assertThat(interpreter.asked).containsExactly("start 900", "stop " + SESSION);
    }

    private int lost(String why, SandboxOrder order) {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException(why);
            }
        };
        return new Sandbox(interpreter, order, new SandboxOutput(broken, stream(err), order.json())).run();
    }
}

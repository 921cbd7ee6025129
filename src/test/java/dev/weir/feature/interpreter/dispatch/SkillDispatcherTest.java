package dev.weir.feature.interpreter.dispatch;

import static dev.weir.feature.interpreter.dispatch.DispatchRig.ADA;
import static dev.weir.feature.interpreter.dispatch.DispatchRig.ENTRY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.interpreter.tool.ToolResult;
import dev.weir.kernel.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dispatcher's rules, each by the number of the behaviour it owes. */
class SkillDispatcherTest {
    private static final String ECHO = "def run(**args):\n    return args\n";

    @TempDir
    private static Path root;
    private static DispatchRig rig;

    @BeforeAll
    static void begin() {
        rig = new DispatchRig(root);
    }

    @AfterAll
    static void end() throws Exception {
        if (rig != null) {
            rig.close();
        }
    }

    @BeforeEach
    void fresh() {
        rig.fresh();
    }

    private static ErrorKind kind(DispatchResult result) {
        assertThat(result.failure()).as(result.stderr().text()).isPresent();
        return result.failure().orElseThrow().kind();
    }

    @Test
    void s3_15_runIsCalledWithTheArgumentsByKeyword() {
        DispatchResult result = rig.skill("adder", "def run(a, b):\n    return a + b\n").run("adder",
                "{\"a\": 1, \"b\": 2}");
        assertThat(result.result()).contains("3");
        assertThat(result.failure()).isEmpty();
        assertThat(kind(rig.run("adder", "[1, 2]"))).isEqualTo(ErrorKind.EXECUTION);
        assertThat(kind(rig.run("adder", "{\"a\": 1}"))).isEqualTo(ErrorKind.EXECUTION);
    }

    @Test
    void s3_15_handlersAreCalledAsInAMicroVm() {
        for (String handler : List.of("def h(i):\n  return i['n']\n", "async def h(i):\n  return i['n']\n",
                "def h(i):\n  yield 1\n  yield 2\n", "async def h(i):\n  yield 1\n  yield 2\n",
                "def h(i):\n  yield 1\n  yield 5\n  return 2\n")) {
            rig.messages.clear();
            DispatchResult result = rig.skill("kinds", "main:h", Map.of("main.py", handler)).run("kinds", "{\"n\": 2}");
            assertThat(result.result()).as(handler + result.stderr().text()).contains("2");
            assertThat(rig.messages).as(handler).hasSize(handler.contains("yield") ? 2 : 0);
        }
    }

    @Test
    void s3_16_theCodeIsTheSameWhateverTheArguments() {
        rig.skill("echo", ECHO);
        DispatchResult first = rig.run("echo", "{\"a\": \"__import__('os')\"}");
        DispatchResult second = rig.run("echo", "{}");
        assertThat(rig.interpreter.code()).hasSize(2).containsOnly(Template.CODE);
        assertThat(List.of(first.templateSha256(), second.templateSha256()))
                .containsOnly(SkillDispatcher.templateSha256());
        assertThat(first.argsSha256()).isNotEqualTo(second.argsSha256());
    }

    @Test
    void s3_17_aNewBundleIsSeenAndItsModulesAreLoadedAnew() {
        Map<String, String> old = Map.of(ENTRY, "import part\ndef run():\n    return part.WHAT\n", "scripts/part.py",
                "WHAT = 'old'\n");
        Map<String, String> changed = Map.of(ENTRY, old.get(ENTRY), "scripts/part.py", "WHAT = 'new'\n");
        assertThat(rig.skill("changing", ENTRY, old).run("changing", "{}").result()).contains("\"old\"");
        assertThat(rig.skill("changing", ENTRY, changed).run("changing", "{}").result()).contains("\"new\"");
        assertThat(rig.skill("changing", ENTRY, old).run("changing", "{}").result()).contains("\"old\"");
    }

    @Test
    void s3_17_whatAModuleRemembersIsForgotten() {
        rig.skill("counting", ENTRY, Map.of(ENTRY, "import tally\ndef run():\n    tally.n += 1\n    return tally.n\n",
                "scripts/tally.py", "n = 0\n"));
        assertThat(rig.run("counting", "{}").result()).contains("1");
        assertThat(rig.run("counting", "{}").result()).contains("1");
    }

    @Test
    void s3_18_notEvenTheSlugIsPutIntoTheCode() {
        for (String slug : List.of("echo", "import-os", "x'); import os; ('")) {
            assertThat(rig.skill(slug, ECHO).run(slug, "{}").result()).as(slug).contains("{}");
        }
        assertThat(rig.interpreter.code()).hasSize(3).containsOnly(Template.CODE);
    }

    @Test
    void s3_19_depthFiveIsAllowedAndSixIsNot() {
        rig.skill("echo", ECHO);
        Counters fifth = Counters.root().child().child().child().child();
        assertThat(fifth.depth()).isEqualTo(5);
        assertThat(rig.run("echo", "{}", fifth).failure()).isEmpty();
        assertThat(kind(rig.run("echo", "{}", fifth.child()))).isEqualTo(ErrorKind.DEPTH);
        assertThat(fifth.calls()).isEqualTo(1);
    }

    @Test
    void s3_20_theFiftyFirstCallIsRefused() {
        Counters counters = Counters.root();
        for (int i = 0; i < 50; i++) {
            assertThat(kind(rig.run("absent", "{}", counters))).isEqualTo(ErrorKind.NOT_FOUND);
        }
        assertThat(kind(rig.run("absent", "{}", counters))).isEqualTo(ErrorKind.BUDGET);
    }

    @Test
    void s3_21_depthBeforeBudgetAndAFailedLoadUsesACall() {
        Counters counters = Counters.root();
        rig.run("absent", "{}", counters);
        assertThat(counters.calls()).isEqualTo(1);
        assertThat(rig.interpreter.calls).isEmpty();
        for (int i = 0; i < 50; i++) {
            rig.run("absent", "{}", counters);
        }
        Counters deep = counters.child().child().child().child().child();
        assertThat(kind(rig.run("absent", "{}", deep))).isEqualTo(ErrorKind.DEPTH);
    }

    @Test
    void s3_22_theBundlesTimeoutElseAMinute() {
        Bundle usual = new Bundle("0".repeat(64), "main:h", Duration.ZERO, false, Stream::empty);
        assertThat(usual.effectiveTimeout()).isEqualTo(Duration.ofMinutes(1));
        rig.skill("slow", ENTRY, Map.of(ENTRY, "import time\ndef run():\n    time.sleep(60)\n"),
                Duration.ofMillis(400));
        DispatchResult result = rig.run("slow", "{}");
        assertThat(kind(result)).isEqualTo(ErrorKind.TIMEOUT);
    }

    @Test
    void s3_23_aSkillThatRaisesFailsWithItsTraceback() {
        DispatchResult result = rig.skill("raising", "def run():\n    raise ValueError('too few')\n").run("raising",
                "{}");
        assertThat(kind(result)).isEqualTo(ErrorKind.EXECUTION);
        assertThat(result.failure().orElseThrow().message()).isEqualTo("ValueError: too few");
        assertThat(result.stderr().text()).contains("raise ValueError").doesNotContain("<weir>");
        assertThat(kind(rig.skill("leaving", "import sys\ndef run():\n    sys.exit(3)\n").run("leaving", "{}")))
                .isEqualTo(ErrorKind.EXECUTION);
    }

    @Test
    void s3_23_aKernelThatDiesFailsTheSkillAndIsNotUsedAgain() {
        DispatchResult result = rig.skill("dying", "import os\ndef run():\n    os._exit(7)\n").run("dying", "{}");
        assertThat(kind(result)).isEqualTo(ErrorKind.EXECUTION);
        assertThat(result.failure().orElseThrow().message()).contains("137");
        assertThat(rig.skill("echo", ECHO).run("echo", "{}").result()).contains("{}");
    }

    @Test
    void s3_24_aScriptsLastLineIsItsResult() {
        rig.skill("script",
                "import json, sys\nprint('debug')\nprint(json.dumps({'got': json.load(sys.stdin)}))\nprint()\n");
        DispatchResult result = rig.run("script", "{\"n\": 1}");
        assertThat(result.result()).contains("{\"got\":{\"n\":1}}");
        assertThat(result.stdout().text()).startsWith("debug\n");
        DispatchResult none = rig.skill("silent", "x = 1\n").run("silent", "{}");
        assertThat(kind(none)).isEqualTo(ErrorKind.OUTPUT);
        DispatchResult bad = rig.skill("chatty", "print('no json')\n").run("chatty", "{}");
        assertThat(kind(bad)).isEqualTo(ErrorKind.OUTPUT);
        assertThat(bad.stdout().text()).isEqualTo("no json\n");
        assertThat(kind(rig.skill("nan", "print('NaN')\n").run("nan", "{}"))).isEqualTo(ErrorKind.OUTPUT);
    }

    @Test
    void s3_25_theResultLeavesOutWhatIsAbsent() {
        String ok = rig.skill("echo", ECHO).run("echo", "{\"a\": 1}").json();
        assertThat(ok).contains("\"status\":\"ok\"", "\"result\":{\"a\":1}", "\"duration_ms\":", "\"template_sha256\":")
                .doesNotContain("error_kind", "stdout", "stderr");
        String failed = rig.run("absent", "{}").json();
        assertThat(failed).contains("\"status\":\"failed\"", "\"error_kind\":\"SkillNotFound\"", "\"error_message\":")
                .doesNotContain("\"result\"");
    }

    @Test
    void s3_26_errorKinds() {
        assertThat(List.of(ErrorKind.values())).extracting(ErrorKind::label).contains("SkillNotFound",
                "SkillOutputParseError", "SkillTimeout", "SkillExecutionError", "SkillDepthExceeded",
                "SkillTurnBudgetExceeded");
    }

    @Test
    void s3_27_oneAuditEventPerDispatch() {
        rig.env.put("TOKEN", "s3cret");
        rig.skill("echo", ECHO).run("echo", "{\"a\": \"pr1vate\"}");
        assertThat(rig.audits).hasSize(1);
        assertThat(rig.audited().key()).isEqualTo(ADA);
        assertThat(rig.audited().slug()).isEqualTo("echo");
        assertThat(rig.audited().status()).isEqualTo("ok");
        assertThat(rig.audited().session()).isPresent();
        assertThat(rig.audited().argsSha256()).isEqualTo(Template.sha256("{\"a\": \"pr1vate\"}"));
        assertThat(rig.audited().toString()).doesNotContain("s3cret", "pr1vate");
    }

    @Test
    void s3_28_theSessionIsGivenBackInEveryOutcome() {
        rig.skill("echo", ECHO).skill("raising", "def run():\n    raise ValueError()\n");
        rig.run("echo", "{}");
        rig.run("raising", "{}");
        rig.interpreter.faults = _ -> Optional.of(new Problem.UpstreamFailed("the interpreter", "away"));
        rig.run("echo", "{}");
        rig.fresh().skill("echo", ECHO);
        rig.onBegin = () -> {
            throw new CancellationException();
        };
        assertThat(kind(rig.run("echo", "{}"))).isEqualTo(ErrorKind.CANCELLED);
        rig.onBegin = () -> {
            throw new IllegalStateException("no store");
        };
        rig.run("echo", "{}");
        assertThat(rig.pool.state(ADA.tenant())).allSatisfy(state -> assertThat(state.inUse()).isZero());
    }

    @Test
    void s3_67_whatIsStructuredCountsAndWhatIsNotIsNotLost() {
        rig.skill("printing", "def run():\n    print('out')\n    return 1\n");
        rig.interpreter.shown = answer -> answer.structured().isEmpty()
                ? answer
                : new ToolResult(List.of(new ToolResult.Text("something else")), answer.structured(), false);
        assertThat(rig.run("printing", "{}").stdout().text()).isEqualTo("out\n");
        rig.interpreter.shown = answer -> answer.structured().isEmpty()
                ? answer
                : new ToolResult(answer.content(), Optional.empty(), false);
        DispatchResult result = rig.run("printing", "{}");
        assertThat(result.stdout().text()).isEqualTo("out\n");
        assertThat(result.result()).contains("1");
    }

    @Test
    void outputIsToldAsItComes() {
        rig.skill("printing", "import sys\ndef run():\n    print('out')\n    print('err', file=sys.stderr)\n").run(
                "printing", "{}");
        assertThat(rig.output).containsExactly("stdout:out\n", "stderr:err\n");
    }
}

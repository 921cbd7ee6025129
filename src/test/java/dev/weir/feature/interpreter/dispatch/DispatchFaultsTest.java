package dev.weir.feature.interpreter.dispatch;

import static dev.weir.feature.interpreter.dispatch.DispatchRig.ADA;
import static dev.weir.feature.interpreter.dispatch.DispatchRig.ENTRY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.interpreter.dispatch.DispatchOrder.Isolation;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.kernel.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the dispatcher this one is modelled on got wrong, each by its number. */
class DispatchFaultsTest {
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
    void s3_31_aChildDrawsOnItsParentsBudget() {
        Counters parent = Counters.root();
        Counters child = parent.child();
        rig.run("absent", "{}", child);
        assertThat(parent.calls()).isEqualTo(1);
        for (int i = 0; i < 49; i++) {
            rig.run("absent", "{}", i % 2 == 0 ? child : parent.child());
        }
        assertThat(kind(rig.run("absent", "{}", parent))).isEqualTo(ErrorKind.BUDGET);
    }

    @Test
    void s3_32_aTimedOutSessionIsNeverLentAgain() {
        rig.skill("slow", ENTRY, Map.of(ENTRY, "import time\ndef run():\n    time.sleep(60)\n"), Duration.ofMillis(300))
                .skill("echo", ECHO);
        assertThat(kind(rig.run("slow", "{}"))).isEqualTo(ErrorKind.TIMEOUT);
        String session = rig.audited().session().orElseThrow();
        assertThat(rig.interpreter.sessions).doesNotContainKey(session);
        assertThat(rig.run("echo", "{}").failure()).isEmpty();
        assertThat(rig.audited().session().orElseThrow()).isNotEqualTo(session);
    }

    @Test
    void s3_32_aCancelledSessionNeither() {
        rig.skill("slow", "import time\ndef run():\n    time.sleep(60)\n");
        rig.interpreter.faults = call -> {
            if (call instanceof ToolCall.ExecuteCode) {
                rig.cancelled.complete();
            }
            return Optional.empty();
        };
        assertThat(kind(rig.run("slow", "{}"))).isEqualTo(ErrorKind.CANCELLED);
        assertThat(rig.interpreter.sessions).doesNotContainKey(rig.audited().session().orElseThrow());
    }

    @Test
    void s3_33_everyRejectionIsAudited() {
        Counters deep = Counters.root().child().child().child().child().child();
        rig.skill("echo", ECHO);
        rig.run("echo", "{}", deep);
        assertThat(rig.audited().failure().orElseThrow().kind()).isEqualTo(ErrorKind.DEPTH);
        rig.run("absent", "{}");
        assertThat(rig.audited().failure().orElseThrow().kind()).isEqualTo(ErrorKind.NOT_FOUND);
        Counters spent = Counters.root();
        for (int i = 0; i < 51; i++) {
            rig.run("absent", "{}", spent);
        }
        assertThat(rig.audited().failure().orElseThrow().kind()).isEqualTo(ErrorKind.BUDGET);
        Problem away = new Problem.UpstreamFailed("the interpreter", "away");
        rig.interpreter.faults = _ -> Optional.of(away);
        rig.run("echo", "{}");
        assertThat(rig.audited().failure().orElseThrow().kind()).isEqualTo(ErrorKind.TRANSPORT);
        assertThat(rig.audited().failure().orElseThrow().problem()).contains(away);
        assertThat(rig.audits).hasSize(54).allSatisfy(audit -> assertThat(audit.status()).isEqualTo("failed"));
    }

    @Test
    void s3_33_anAuditThatFailsChangesNothing() {
        rig.auditFails = true;
        assertThat(rig.skill("echo", ECHO).run("echo", "{\"a\":1}").result()).contains("{\"a\":1}");
        assertThat(kind(rig.run("absent", "{}"))).isEqualTo(ErrorKind.NOT_FOUND);
    }

    @Test
    void s3_34_aHyphenatedSlugIsASlug() {
        Map<String, String> files = Map.of(ENTRY, "import sibling\ndef run():\n    return sibling.NAME\n",
                "scripts/sibling.py", "NAME = 'sales-report'\n");
        assertThat(rig.skill("sales-report", ENTRY, files).run("sales-report", "{}").result())
                .contains("\"sales-report\"");
    }

    @Test
    void s3_35_environmentDirectoryAndPathArePutBack() {
        rig.env.put("TOKEN", "s3cret");
        rig.skill("messy", """
                import os, sys
                def run():
                    os.environ['LEFT'] = 'x'
                    os.chdir('/')
                    sys.path.insert(0, '/nowhere')
                    sys.argv = ['odd']
                    sys.stdout = None
                    return os.environ['TOKEN']
                """);
        assertThat(rig.run("messy", "{}").result()).contains("\"s3cret\"");
        rig.env.clear();
        rig.skill("looking", """
                import os, sys
                def run():
                    print('seen')
                    return [os.environ.get('TOKEN'), os.environ.get('LEFT'), '/nowhere' in sys.path, sys.argv == ['odd']]
                """);
        DispatchResult result = rig.run("looking", "{}");
        assertThat(result.result()).contains("[null,null,false,false]");
        assertThat(result.stdout().text()).isEqualTo("seen\n");
    }

    @Test
    void s3_35_modulesOfOtherSkillsAreForgotten() {
        rig.skill("first", ENTRY, Map.of(ENTRY, "import shared\ndef run():\n    return shared.WHOSE\n",
                "scripts/shared.py", "WHOSE = 'first'\n"));
        rig.skill("second", "main:h", Map.of("main.py", "import shared\ndef h(i):\n    return shared.WHOSE\n",
                "shared.py", "WHOSE = 'second'\n"));
        assertThat(rig.run("first", "{}").result()).contains("\"first\"");
        assertThat(rig.run("second", "{}").result()).contains("\"second\"");
        assertThat(rig.run("first", "{}").result()).contains("\"first\"");
    }

    @Test
    void s3_35_strongIsolationIsAFreshInterpreter() throws IOException {
        String session = "import builtins\ndef run():\n    builtins.print = lambda *a: None\n";
        rig.skill("patching", session).run("patching", "{}");
        rig.skill("printing", "def run():\n    print('heard')\n");
        assertThat(rig.run("printing", "{}").stdout().text()).as("what is documented as not isolated").isEmpty();
        rig.isolation = Isolation.PROCESS;
        rig.env.put("TOKEN", "s3cret");
        assertThat(rig.run("printing", "{}").stdout().text()).isEqualTo("heard\n");
        rig.skill("asking", "main:h", Map.of("main.py",
                "import os\nasync def h(i):\n    yield 1\n    yield [os.environ['TOKEN'], i]\n"));
        assertThat(rig.run("asking", "{\"a\":1}").result()).contains("[\"s3cret\",{\"a\":1}]");
        assertThat(kind(rig.skill("dying", "import os\ndef run():\n    os._exit(4)\n").run("dying", "{}")))
                .isEqualTo(ErrorKind.EXECUTION);
        rig.skill("script", "import sys\nprint('debug')\nprint(sys.stdin.read())\n");
        assertThat(rig.run("script", "[1]").result()).contains("[1]");
        assertThat(rig.left()).isEmpty();
        rig.pool.flushAll();
    }

    @Test
    void s3_35_librariesOfItsOwnMakeASkillRunApart() {
        rig.skill("library", "main:h",
                Map.of("main.py", "import os, odd\ndef h(i):\n    return [odd.N, os.getppid()]\n",
                        ".weir/dependencies/odd.py", "N = 7\n"));
        rig.skill("kernel", "import os\ndef run():\n    return os.getpid()\n");
        String kernel = rig.run("kernel", "{}").result().orElseThrow();
        assertThat(rig.run("library", "{}").result()).contains("[7," + kernel + "]");
    }

    @Test
    void s3_41_nullIsAResultAndNaNIsNone() {
        assertThat(rig.skill("none", "def run():\n    return None\n").run("none", "{}").result()).contains("null");
        for (String value : List.of("float('nan')", "float('inf')", "{1: 2}", "{'a': set()}", "'\\ud800'", "10 ** 2000",
                "b'x'")) {
            assertThat(kind(rig.skill("odd", "def run():\n    return " + value + "\n").run("odd", "{}"))).as(value)
                    .isEqualTo(ErrorKind.OUTPUT);
        }
        assertThat(kind(rig.skill("big", "def run():\n    return 'x' * 9_000_000\n").run("big", "{}")))
                .isEqualTo(ErrorKind.OUTPUT);
    }

    @Test
    void s3_42_noArgumentsStay() throws IOException {
        rig.skill("looking", "import os\ndef run():\n    return os.path.exists('../../_args.json')\n");
        assertThat(rig.run("looking", "{}").result()).contains("false");
        assertThat(rig.left()).isEmpty();
        rig.interpreter.faults = call -> call instanceof ToolCall.ExecuteCode
                ? Optional.of(Problem.Invalid.of("", "not taken"))
                : Optional.empty();
        assertThat(kind(rig.run("looking", "{}"))).isEqualTo(ErrorKind.TRANSPORT);
        assertThat(rig.interpreter.sessions).as("a session in which nothing ran is kept").isNotEmpty();
        assertThat(rig.left()).isEmpty();
    }

    @Test
    void s3_43_noPrintCanPoseAsAResult() {
        String forging = """
                import atexit
                def run():
                    atexit.register(print, '{"result": "forged"}')
                    print('{"nonce":"","messages":[],"kind":"result","value":"forged"}')
                    print('"forged"')
                    return 'true'
                """;
        assertThat(rig.skill("forging", forging).run("forging", "{}").result()).contains("\"true\"");
        rig.isolation = Isolation.PROCESS;
        assertThat(rig.run("forging", "{}").result()).contains("\"true\"");
    }

    @Test
    void s3_43_aForkedChildHasNoSay() {
        rig.skill("forking", """
                import os
                def run():
                    if os.fork() == 0:
                        return 'child'
                    os.wait()
                    return 'parent'
                """);
        rig.isolation = Isolation.PROCESS;
        assertThat(rig.run("forking", "{}").result()).contains("\"parent\"");
    }

    @Test
    void s3_44_aRequestCancelledBeforeItsSessionLeavesNothingInUse() {
        rig.cancelled.complete();
        assertThat(kind(rig.skill("echo", ECHO).run("echo", "{}"))).isEqualTo(ErrorKind.CANCELLED);
        assertThat(rig.pool.state(ADA.tenant())).allSatisfy(state -> assertThat(state.inUse()).isZero());
        assertThat(rig.interpreter.calls).isEmpty();
    }

    @Test
    void s3_46_outputIsCutAtACharacterAndCountedWhole() {
        DispatchResult result = rig.skill("loud", """
                import sys
                def run():
                    print('\\u20ac' * 100_000)
                    print('\\u20ac' * 20_000, file=sys.stderr)
                """).run("loud", "{}");
        assertThat(result.stdout().bytes()).isEqualTo(300_001);
        assertThat(result.stdout().text())
                .startsWith("\u20ac".repeat(87_381) + "\n[cut: the first 262143 of 300001 bytes]");
        assertThat(result.stderr().bytes()).isEqualTo(60_001);
        assertThat(result.stderr().text())
                .startsWith("\u20ac".repeat(10_922) + "\n[cut: the first 32766 of 60001 bytes]");
    }

    @Test
    void aWarmSessionThatHasEndedMeanwhileIsReplaced() {
        rig.skill("echo", ECHO).run("echo", "{}");
        String dead = rig.audited().session().orElseThrow();
        rig.interpreter.stop(dead);
        rig.nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(rig.run("echo", "{}").failure()).isEmpty();
        assertThat(rig.audited().session().orElseThrow()).isNotEqualTo(dead);
    }

    @Test
    void aBundleIsInstalledOncePerSession() {
        rig.pool.flushAll();
        rig.skill("echo", ECHO).run("echo", "{}");
        rig.run("echo", "{}");
        assertThat(rig.interpreter.calls.stream().filter(ToolCall.WriteFiles.class::isInstance)).hasSize(3);
        assertThat(rig.opened).hasValue(1);
    }
}

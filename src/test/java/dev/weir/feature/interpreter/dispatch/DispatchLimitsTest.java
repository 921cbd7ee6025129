package dev.weir.feature.interpreter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a skill may come to, whether or not it leaves the template as it is. */
class DispatchLimitsTest {
    /** Finds the template's report in the frames above it, and takes its limits away. */
    private static final String UNBOUND = """
            import sys
            def report():
                frame = sys._getframe()
                while 'report' not in frame.f_locals:
                    frame = frame.f_back
                found = frame.f_locals['report']
                found.room = found.limit = found.count = 10 ** 9
                return found
            """;

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

    private static DispatchResult run(String handler) {
        return rig.skill("patching", "main:h", Map.of("main.py", UNBOUND + handler)).run("patching", "{}");
    }

    private static void isRefusedAndItsSessionIsGone(DispatchResult result) {
        assertThat(result.result()).isEmpty();
        assertThat(result.failure().orElseThrow().kind().label()).isEqualTo("SkillOutputParseError");
        assertThat(rig.messages).isEmpty();
        assertThat(rig.interpreter.sessions).doesNotContainKey(rig.audited().session().orElseThrow());
    }

    @Test
    void aResultFileBeyondAllLimitsIsNotReadToItsEnd() {
        isRefusedAndItsSessionIsGone(run("def h(i):\n    report()\n    return 'x' * 20_000_000\n"));
    }

    @Test
    void aValueAndMessagesAreMeasuredByUs() {
        isRefusedAndItsSessionIsGone(run("def h(i):\n    report()\n    return 'x' * (8 * 1024 * 1024)\n"));
        isRefusedAndItsSessionIsGone(run("def h(i):\n    report()\n    yield 'x' * (1024 * 1024)\n"));
        isRefusedAndItsSessionIsGone(run("def h(i):\n    report()\n    for n in range(10_001):\n        yield n\n"));
    }

    @Test
    void anErrorsMessageIsCutByUs() {
        DispatchResult result = run("""
                def h(i):
                    found = report()
                    write = found.write
                    found.write = lambda ending: write(b'"kind":"handler_error","message":"' + b'e' * 5000 + b'"')
                """);
        assertThat(result.failure().orElseThrow().kind()).isEqualTo(ErrorKind.EXECUTION);
        assertThat(result.failure().orElseThrow().message()).hasSize(2_000);
    }

    @Test
    void tooManyMessagesAreRefusedByTheTemplateWhichEndsWell() {
        DispatchResult result = rig.skill("many", "main:h", Map.of("main.py",
                "def h(i):\n    for n in range(i):\n        yield n\n")).run("many", "10001");
        assertThat(result.failure().orElseThrow().kind()).isEqualTo(ErrorKind.OUTPUT);
        assertThat(rig.interpreter.sessions).containsKey(rig.audited().session().orElseThrow());
        assertThat(rig.run("many", "10000").result()).contains("9999");
        assertThat(rig.messages).hasSize(10_000 + 10_000);
    }

    @Test
    void nothingThatASkillToldIsShown() {
        DispatchResult failed = rig.skill("raising", "def run():\n    raise ValueError('pr1vate')\n").run("raising",
                "{}");
        assertThat(failed.failure().orElseThrow().message()).contains("pr1vate");
        assertThat(failed.failure() + " " + rig.audited() + new Report(List.of(), "result",
                Optional.of("\"pr1vate\""), "pr1vate", false)).doesNotContain("pr1vate");
    }
}

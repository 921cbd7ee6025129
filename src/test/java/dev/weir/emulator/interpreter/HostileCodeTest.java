package dev.weir.emulator.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.emulator.interpreter.Bench.Heard;
import dev.weir.emulator.session.AwsFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Code that does to its own kernel what it can: the session must stay usable, and nothing may hang. */
class HostileCodeTest {
    @TempDir
    Path dir;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Path.of(new Programs().python()).isAbsolute(), "python3 is not installed");
        bench = new Bench(dir);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void aKernelThatEndsIsAnErrorAndTheNextOneIsFresh() throws Exception {
        for (String code : List.of("import os; os._exit(0)", "import os; os._exit(9)",
                "import os; os.kill(os.getpid(), 9)", "import os; os.closerange(3, 300); print('still')",
                "import os; os.write(200, b'garbage that is no frame')", "import ctypes; ctypes.string_at(0)",
                "import os\nfor fd in range(3, 300):\n  try: os.write(fd, b'\\0\\0\\0\\3abc')\n  except OSError: pass",
                "import os; os.write(200, b'\\x7f\\xff\\xff\\xff')")) {
            bench.python("before = 1");

            Heard heard = bench.python("print('said')\n" + code);

            assertThat(heard.isError()).as(code).isTrue();
            assertThat(heard.exitCode()).as(code).isNotZero();
            assertThat(heard.stdout()).as(code).startsWith("said\n");
            assertThat(heard.stderr()).as(code).endsWith(PythonKernel.LOST);
            assertThat(bench.python("'before' in globals()").stdout()).as(code).isEqualTo("False\n");
        }
    }

    @Test
    void aKernelThatEndsBetweenTwoCallsIsMissed() throws Exception {
        String pid = bench.python("import os; print(os.getpid())").stdout().trim();
        bench.python("import threading\nthreading.Timer(0.01, lambda: os._exit(1)).start()");
        await().until(() -> ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isEmpty());

        Heard heard = bench.python("print('works')");

        assertThat(heard.stderr()).isEqualTo(PythonKernel.LOST);
        assertThat(heard.stdout()).isEqualTo("works\n");
        assertThat(heard.isError()).isFalse();
        assertThat(bench.python("1").stderr()).isEmpty();
    }

    @Test
    void theNextCodeFindsItsOutputAsItShouldBe() throws Exception {
        bench.python("kept = 1");
        for (String code : List.of("import os; os.close(1)", "import os; os.close(1); os.close(2); os.close(0)",
                "import sys; sys.stdout.close(); sys.stderr.close()", "import sys, io; sys.stdout = io.StringIO()",
                "import sys; sys.stdout = sys.stderr = None",
                "import os; os.dup2(os.open('/dev/null', os.O_RDWR), 1)", "import os; os.set_blocking(1, False)",
                "raise BaseException", "class E(Exception):\n  def __str__(self): raise SystemExit(5)\nraise E",
                "import builtins; builtins.print = None; del builtins.display", "import sys; sys.displayhook = None")) {
            bench.python(code);

            Heard heard = bench
                    .python("import sys, os\nsys.stdout.write('out\\n');\nos.write(2, b'err\\n');\nassert kept == 1");

            assertThat(heard.stdout()).as(code).isEqualTo("out\n");
            assertThat(heard.stderr()).as(code).isEqualTo("err\n");
            assertThat(heard.isError()).as(code).isFalse();
        }
    }

    @Test
    void aFloodIsCutAndSaysSo() throws Exception {
        Heard heard = bench.python("line = 'x' * 99_999\nfor _ in range(500): print(line)");

        assertThat(heard.exitCode()).isZero();
        assertThat(heard.stdout()).hasSize(Transcript.LIMIT + Transcript.MARKER.length()).endsWith(Transcript.MARKER);
        assertThat(heard.text()).isEqualTo(heard.stdout());
        assertThat(bench.command("yes | head -c 5000000").stdout()).endsWith(Transcript.MARKER);
    }

    @Test
    void whatThreadsPrintAfterwardsIsNobodysOutput() throws Exception {
        bench.python("""
                import threading, time, os
                def talk():
                    while True:
                        os.write(1, b'noise ' * 1000)
                        time.sleep(0.0005)
                threading.Thread(target=talk).start()""");

        assertThat(bench.python("os.write(1, b'mine\\n'); None").stdout()).contains("mine\n");
        assertThat(bench.python("threading.active_count()").exitCode()).isZero();
    }

    @Test
    void aForkedChildThatRunsOnHasNoSay() throws Exception {
        Heard heard = bench.python("import os\nchild = os.fork()\nos.write(1, b'one\\n' if child else b'other\\n')\n"
                + "child and os.waitpid(child, 0)[1]");

        assertThat(heard.stdout().lines()).containsExactlyInAnyOrder("one", "other", "0", "0");
        assertThat(bench.python("child > 0").stdout()).isEqualTo("True\n");
    }

    @Test
    void whereTheDirectoryWasMovedNothingStartsAndTheSessionSaysSo() throws Exception {
        assertThat(bench.python("import os; os.rename('../work', '../w2')").isError()).isFalse();

        for (String tool : List.of("executeCommand", "startCommandExecution")) {
            assertThatThrownBy(() -> bench.call(tool, Bench.arguments("command", "true")))
                    .isInstanceOfSatisfying(AwsFault.class, fault -> {
                        assertThat(fault.name()).isEqualTo("ValidationException");
                        assertThat(fault).hasMessageContaining("working directory is gone");
                    });
        }
        assertThat(bench.call("listFiles", Bench.arguments("directoryPath", "")).isError()).isTrue();
    }

    @Test
    void whatHidesItsEnvironmentIsKnownByWhereItIs() throws Exception {
        String pid = bench.command("env -i setsid /bin/sleep 300 >/dev/null 2>&1 & echo $!").stdout().trim();
        ProcessHandle hidden = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        await().until(() -> hidden.info().command().orElse("").endsWith("sleep"));

        bench.close();

        await().until(() -> !hidden.isAlive());
    }

    @Test
    void allProcessesEndWithTheSession() throws Exception {
        String children = bench.python("""
                import subprocess, os
                started = [subprocess.Popen(['sleep', '300'], start_new_session=bool(n % 2)) for n in range(10)]
                print(os.getpid(), *(p.pid for p in started))""").stdout();
        String daemon = bench.command("(setsid sleep 300 >/dev/null 2>&1 & echo $!)").stdout();
        bench.call("startCommandExecution", Bench.arguments("command", "sleep 300 & exec sleep 300"));
        List<ProcessHandle> processes = Stream.of((children + ' ' + daemon).trim().split("\\s+"))
                .map(Long::parseLong).map(ProcessHandle::of).map(java.util.Optional::orElseThrow).toList();
        assertThat(processes).hasSize(12).allMatch(ProcessHandle::isAlive);

        bench.close();

        await().until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(dir.resolve("session")).doesNotExist();
    }
}

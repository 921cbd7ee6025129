package dev.weir.platform.pip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Programs PROGRAMS = new Programs(System.getenv());

    @TempDir
    private Path directory;

    private BoundedProcess process;
    private Path log;

    @BeforeEach
    void prepare() {
        log = directory.resolve("log");
        process = new BoundedProcess(PROGRAMS, Map.of("PATH", System.getenv("PATH")), List.of(), 1024 * 1024);
    }

    @Test
    void processorTimeMemoryAndFilesAreBounded() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "what a shell can limit is known for Linux only");
        assertThat(sh("ulimit -t; ulimit -v; ulimit -c; ulimit -f")).isEqualTo(BoundedProcess.End.WELL);
        assertThat(Files.readString(log).lines()).containsExactly("31", "4194304", "0", "2049");
    }

    @Test
    void whatNeedsMoreMemoryThanThatGetsNone() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "what a shell can limit is known for Linux only");
        assumeTrue(PROGRAMS.find("python3").isPresent(), "needs a python3");
        sh("python3 -I -c 'import mmap; mmap.mmap(-1, 5 << 30)' || echo none");
        assertThat(Files.readString(log)).endsWith("none\n");
    }

    @Test
    void aBackgroundProgramDoesNotOutliveTheOtherEndOfItsInput() throws Exception {
        assumeTrue(PROGRAMS.find("setsid").isPresent(), "needs setsid");
        Process orphan = new ProcessBuilder(process.wrapped(List.of("/bin/sh", "-c", "echo up; sleep 600"), LIMIT))
                .start();
        try {
            assertThat(orphan.getInputStream().read()).isEqualTo('u');
            List<ProcessHandle> family = orphan.descendants().toList();
            orphan.getOutputStream().close();
            assertThat(orphan.waitFor(1, TimeUnit.MINUTES)).isTrue();
            for (ProcessHandle each : family) {
                each.onExit().get(1, TimeUnit.MINUTES);
            }
        } finally {
            orphan.descendants().forEach(ProcessHandle::destroyForcibly);
            orphan.destroyForcibly();
        }
    }

    private BoundedProcess.End sh(String script) throws Exception {
        return process.run(List.of("/bin/sh", "-c", script), directory, log, LIMIT);
    }
}

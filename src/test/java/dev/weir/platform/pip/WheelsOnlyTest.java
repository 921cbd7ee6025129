package dev.weir.platform.pip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program around pip by itself, without the options and checks before it. */
class WheelsOnlyTest {
    private static final int REFUSED = 3;

    @TempDir
    private Path directory;

    private Path python;
    private Path program;

    @BeforeEach
    void prepare() throws Exception {
        Optional<Path> found = new Programs(System.getenv()).pythonWithPip();
        assumeTrue(found.isPresent(), "needs a python3 with pip");
        python = found.get();
        program = directory.resolve(Steps.WHEELS_ONLY);
        try (InputStream code = Bundling.class.getResourceAsStream(Steps.WHEELS_ONLY)) {
            Files.copy(code, program);
        }
    }

    @Test
    void evenAskedForItBuildsNothing() throws Exception {
        Path ran = directory.resolve("ran");
        Path source = Sources.distribution(directory, "evil", ran);
        Process pip = start(List.of("-I", "-B", program.toString(), "--isolated", "install", "--no-index", "--no-deps",
                "--target", directory.resolve("target").toString(), source.toString()));
        assertThat(ended(pip)).isNotZero();
        assertThat(said()).contains("no program may be started");
        assertThat(ran).doesNotExist();
    }

    @Test
    void itEndsWithItsStandardInput() throws Exception {
        try (ServerSocket index = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process pip = start(List.of("-I", "-B", program.toString(), "--isolated", "install", "--index-url",
                    "http://127.0.0.1:" + index.getLocalPort(), "--target", directory.resolve("target").toString(),
                    "x"));
            try (Socket asked = index.accept()) {
                assertThat(pip.isAlive()).isTrue();
                pip.getOutputStream().close();
                assertThat(ended(pip)).isEqualTo(REFUSED);
                assertThat(asked.isConnected()).isTrue();
            }
        }
    }

    @Test
    void aPipThatCannotBeKeptFromUrlsIsNotRun() throws Exception {
        Path ran = directory.resolve("ran");
        Path pip = Files.createDirectories(directory.resolve("lib").resolve("pip"));
        Files.writeString(pip.resolve("__init__.py"), "");
        Files.writeString(pip.resolve("__main__.py"), "open('" + ran + "', 'w').close()\n");
        Process other = start(List.of("-I", "-B", "-c", "import runpy, sys; sys.path.insert(0, sys.argv[1]); "
                + "runpy.run_path(sys.argv[2], run_name='__main__')", pip.getParent().toString(), program.toString()));
        assertThat(ended(other)).isEqualTo(REFUSED);
        assertThat(said()).contains("WEIR-REFUSED-PIP");
        assertThat(ran).doesNotExist();
    }

    private Process start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(python.toString()));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log().toFile()).start();
    }

    private static int ended(Process process) throws InterruptedException {
        try {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private String said() throws IOException {
        return Files.readString(log());
    }

    private Path log() {
        return directory.resolve("log");
    }
}

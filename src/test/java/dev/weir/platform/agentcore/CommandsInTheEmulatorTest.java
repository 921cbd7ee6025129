package dev.weir.platform.agentcore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.config.AgentCoreConfig;
import dev.weir.config.InterpreterConfig;
import dev.weir.config.EmulatorConfig;
import dev.weir.emulator.Emulator;
import dev.weir.emulator.EmulatorSetup;
import dev.weir.emulator.process.Credentials;
import dev.weir.emulator.session.Tuning;
import dev.weir.feature.agent.AgentCommand;
import dev.weir.feature.agent.AgentCommands.Running;
import dev.weir.feature.agent.CommandEnd;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Redacted;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real commands, in the emulator's machines. */
class CommandsInTheEmulatorTest {
    private static final String ARN = "arn:aws:bedrock-agentcore:us-east-1:000000000000:runtime/shell";
    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    private static Path dir;
    private static final Credentials KEYS = Credentials.generate();
    private static Emulator emulator;
    private static int port;

    private final String session = ShellAddress.random().session();
    private final AgentCoreCommandsTest.Heard heard = new AgentCoreCommandsTest.Heard();

    @BeforeAll
    static void start() throws Exception {
        emulator = new Emulator(VERTX, new EmulatorSetup(EmulatorConfig.DEFAULT, dir.resolve("data"), KEYS, Map.of(),
                Tuning.AWS, InstantSource.system()));
        port = AgentStub.done(emulator.start());
    }

    @AfterAll
    static void stop() throws Exception {
        AgentStub.done(emulator.stop());
        AgentStub.done(VERTX.close());
    }

    @Test
    void streamsAndCodesComeBackAndFilesStay() throws Exception {
        assertThat(end("printf 'gr\u00fc\u00dfe \ud83d\ude00'; echo trouble >&2; echo kept > file; exit 3"))
                .isEqualTo(new CommandEnd.Exited(3));
        assertThat(heard.pieces).containsExactlyInAnyOrder("out gr\u00fc\u00dfe \ud83d\ude00", "err trouble\n");
        heard.pieces.clear();
        assertThat(end("cat file")).isEqualTo(new CommandEnd.Exited(0));
        assertThat(heard.pieces).containsExactly("out kept\n");
    }

    @Test
    void muchOutputComesWholeAlsoToASlowReader() throws Exception {
        Running running = run("seq 1 400000", 60, KEYS.secretAccessKey());
        running.pause();
        running.resume();
        await().until(() -> heard.stdout.length() > 100_000);
        running.pause();
        running.resume();
        assertThat(AgentStub.done(running.end())).isEqualTo(new CommandEnd.Exited(0));
        String text = heard.stdout.toString();
        assertThat(text.lines().count()).isEqualTo(400_000);
        assertThat(text).startsWith("1\n2\n").endsWith("\n400000\n");
    }

    @Test
    void aCommandThatTakesTooLongIsEnded() throws Exception {
        assertThat(AgentStub.done(run("sleep 30", 1, KEYS.secretAccessKey()).end()))
                .isEqualTo(new CommandEnd.TimedOut());
    }

    @Test
    void aWrongKeyIsForbidden() {
        Running running = run("true", 9, new Redacted("another"));
        await().until(() -> running.end().isComplete());
        assertThat(((ProblemException) running.end().cause()).problem()).isInstanceOf(Problem.Forbidden.class);
    }

    @Test
    void whoeverGivesUpTakesTheCommandWithHim() throws Exception {
        Path file = Files.createTempFile(dir, "alive", "");
        Running running = run("echo $$ > '" + file + "'; exec sleep 300", 60, KEYS.secretAccessKey());
        await().until(() -> Files.size(file) > 0);
        long pid = Long.parseLong(Files.readString(file).strip());
        running.abandon();
        await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    private CommandEnd end(String line) throws Exception {
        return AgentStub.done(run(line, 60, KEYS.secretAccessKey()).end());
    }

    private Running run(String line, int seconds, Redacted secret) {
        AgentCoreConfig config = new AgentCoreConfig("http://127.0.0.1:" + port, "us-east-1", ARN, "DEFAULT",
                Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(40), Duration.ofMinutes(50),
                InterpreterConfig.DEFAULT);
        return new AgentCoreCommands(VERTX, config, CredentialsCache.fixed(KEYS.accessKeyId(), secret),
                new ShellAuth.Signed(), ShellStub.QUICK)
                .run(new AgentCommand(session, line, Duration.ofSeconds(seconds)), heard);
    }
}

package dev.weir.bridge.acp;

import dev.weir.emulator.process.EmulatorProcess;
import dev.weir.emulator.process.EmulatorState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An emulator, a small agent, and the ways to the agent that are compared. */
final class Ways implements AutoCloseable {
    private static final String ARN = "arn:aws:bedrock-agentcore:us-east-1:000000000000:runtime/shell";
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** Answers each request; one that says {@code down} with as many and as long notifications as it says, first. */
    private static final String AGENT = """
            import json, sys
            out = sys.stdout.buffer
            for line in iter(sys.stdin.buffer.readline, b""):
                head = line[:100]
                ident = head.split(b'"id":', 1)[1].split(b",", 1)[0]
                if b'"down"' in head:
                    asked = json.loads(line)["params"]
                    note = b'{"jsonrpc":"2.0","method":"session/update","params":{"pad":"' + b"x" * asked["size"] + b'"}}\\n'
                    for _ in range(asked["lines"]):
                        out.write(note)
                out.write(b'{"jsonrpc":"2.0","id":' + ident + b',"result":{"protocolVersion":1,"agentCapabilities":{}}}\\n')
                out.flush()
            """;

    private final Path directory;
    private final String weir;
    private final Process emulator;
    private final Map<String, String> environment;

    private Ways(Path directory, String weir, Process emulator, EmulatorState state) {
        this.directory = directory;
        this.weir = weir;
        this.emulator = emulator;
        this.environment = Map.of("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", state.endpoint(), "AWS_ACCESS_KEY_ID",
                state.credentials().accessKeyId(), "AWS_SECRET_ACCESS_KEY",
                state.credentials().secretAccessKey().reveal());
    }

    /** @param weir the command */
    static Ways open(String weir) throws IOException {
        Path directory = Files.createTempDirectory("bridge-bench");
        Files.writeString(directory.resolve("agent.py"), AGENT);
        Path data = directory.resolve("data");
        Process emulator = new ProcessBuilder(weir, "emulate", "--data", data.toString(), "--port", "0")
                .redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
        long begin = System.nanoTime();
        Optional<EmulatorState> state = Optional.empty();
        while (state.isEmpty()) {
            if (System.nanoTime() - begin > START_NANOS) {
                emulator.destroy();
                throw new IOException("the emulator does not start");
            }
            LockSupport.parkNanos(50_000_000);
            state = EmulatorProcess.find(data);
        }
        return new Ways(directory, weir, emulator, state.orElseThrow());
    }

    private List<String> agent() {
        return List.of("python3", "-I", directory.resolve("agent.py").toString());
    }

    Peer pipe() throws IOException {
        return Peer.piped(agent(), Map.of());
    }

    Peer terminal() throws IOException {
        return Peer.onTerminal("stty raw -echo && echo RE''ADY && exec " + String.join(" ", agent()), "READY");
    }

    Peer pipeline() throws IOException {
        LaunchLine launch = LaunchLine.fresh(new SecureRandom());
        return Peer.onTerminal(launch.text(String.join(" ", agent())).strip(), launch.ready());
    }

    Peer bridge() throws IOException {
        return Peer.piped(List.of(weir, "agentcore-bridge", "--runtime-arn", ARN, "--log-level", "warn", "--command",
                String.join(" ", agent())), environment);
    }

    /** All, by name, the plainest first. */
    Map<String, Peer> all() throws IOException {
        Map<String, Peer> all = new LinkedHashMap<>();
        all.put("pipe", pipe());
        all.put("terminal", terminal());
        all.put("terminal, tee and grep", pipeline());
        all.put("bridge", bridge());
        return all;
    }

    @Override
    public void close() {
        emulator.destroy();
        try {
            if (!emulator.waitFor(20, TimeUnit.SECONDS)) {
                emulator.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.weir.foreign;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The Node SDK of ACP, as npm has it: its example agents, and a client of ours that uses it. */
final class NodeSdk {
    private static final Path HOME = Path.of("target", "acp").toAbsolutePath();
    private static final Path EXAMPLES = HOME.resolve("node_modules/@agentclientprotocol/sdk/dist/examples");
    private static final String INSTALL = "the ACP SDK of npm is not installed: mkdir -p target/acp && "
            + "cp src/test/resources/acp/package*.json target/acp && npm ci --ignore-scripts --prefix target/acp";
    private static final long LIMIT_SECONDS = 60;

    private final Path node;
    private final Map<String, String> environment;

    /** @param environment for what the client starts, besides this process's own */
    private NodeSdk(Path node, Map<String, String> environment) {
        this.node = node;
        this.environment = environment;
    }

    /** Skips the test where the programs are absent, and says which. */
    static NodeSdk require(Map<String, String> environment) throws IOException {
        Optional<Path> node = Programs.find("node");
        assumeTrue(node.isPresent(), "node is not installed");
        assumeTrue(Files.isDirectory(EXAMPLES) && Files.isDirectory(HOME.resolve("node_modules/ws")), INSTALL);
        // Where Node looks for the modules it names.
        Files.copy(Path.of("src/test/resources/acp/client.mjs"), HOME.resolve("client.mjs"),
                StandardCopyOption.REPLACE_EXISTING);
        return new NodeSdk(node.orElseThrow(), environment);
    }

    /** The command of one of the SDK's example agents. */
    List<String> agent(String name) {
        return List.of(node.toString(), EXAMPLES.resolve(name + ".js").toString());
    }

    /**
     * One turn with an agent that is a command.
     *
     * @param api version of the SDK's programming interface, 1 or 2
     * @param ask protocol version asked for
     * @return the trace: each message in the order the client sees it, {@code >} before its own and {@code <} before the agent's, at
     *         last how the command ended
     */
    List<String> talk(int api, int ask, List<String> agent) throws IOException, InterruptedException {
        return run(api, ask, "stdio", agent);
    }

    /** The same with an agent at a WebSocket. */
    List<String> talk(URI url, String key) throws IOException, InterruptedException {
        return run(1, 1, "ws", List.of(url.toString(), key));
    }

    private List<String> run(int api, int ask, String way, List<String> where)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(node.toString(), HOME.resolve("client.mjs").toString(),
                Integer.toString(api), Integer.toString(ask), way));
        command.addAll(where);
        Path errors = Files.createTempFile(HOME, "client", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().putAll(environment);
        Process client = builder.start();
        Thread limit = Thread.ofVirtual().start(() -> endAfterLimit(client));
        try {
            List<String> trace = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                    .toList();
            if (client.waitFor() != 0) {
                throw new AssertionError(
                        "the client failed: " + String.join("\n", trace) + "\n" + Files.readString(errors));
            }
            return trace;
        } finally {
            limit.interrupt();
            Files.delete(errors);
        }
    }

    private static void endAfterLimit(Process client) {
        try {
            if (!client.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                client.descendants().forEach(ProcessHandle::destroy);
                client.destroy();
            }
        } catch (InterruptedException inTime) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.weir.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fixture.GatewayProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ACP clients of other people at the gateway's WebSocket, with an agent of other people behind it. */
class GatewayAcpIT {
    @TempDir
    private static Path directory;
    private static NodeSdk node;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws IOException {
        node = NodeSdk.require(Map.of());
        gateway = new GatewayProcess(directory.resolve("data"),
                "agents.example.shell-command=" + String.join(" ", node.agent("agent"))).start();
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void case63ClientsOfTheNodeAndTheJavaSdkFinishATurn() throws Exception {
        URI acp = URI.create(gateway.api().base().replaceFirst("^http", "ws") + "/acp?agent=example");
        assertThat(node.talk(acp, gateway.api().key()))
                .filteredOn(line -> line.contains("session/request_permission")).hasSize(1);
        List<String> java = JavaSdk.talk(acp, gateway.api().key());
        assertThat(java).endsWith("END_TURN").hasSize(10);
    }
}

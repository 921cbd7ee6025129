package dev.weir.bridge.acp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.agent.MessageSocket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client's messages that are too large for a gateway. */
class RelayTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<String> shown = new CopyOnWriteArrayList<>();
    private final List<String> passed = new CopyOnWriteArrayList<>();
    private final Relay relay = new Relay(((VertxInternal) vertx).createEventLoopContext(), new Client() {
        @Override
        public Future<Void> send(byte[] message) {
            shown.add(new String(message, StandardCharsets.UTF_8));
            return Future.succeededFuture();
        }

        @Override
        public void pause() {
            // says little
        }

        @Override
        public void resume() {
            // says little
        }
    }, Duration.ofMinutes(1));

    @AfterEach
    void close() throws Exception {
        AcpRig.get(vertx.close());
    }

    private void says(String line, boolean whole) {
        relay.received(line.getBytes(StandardCharsets.UTF_8), whole);
    }

    @Test
    void whoWaitsIsToldThatAMessageIsTooLarge() {
        relay.connected(new Gateway());
        says("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"initialize\",\"params\":{}}", true);
        says("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":\"xx", false);
        await().until(() -> passed.size() == 2);
        assertThat(passed.getLast()).contains("\"id\":7,\"error\"", "too large");
        assertThat(shown).isEmpty();
        says("{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"session/prompt\",\"params\":{\"t\":\"xx", false);
        says("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"session/prompt\",\"params\":{\"t\":\"xx", false);
        await().until(() -> shown.size() == 2);
        assertThat(shown.getFirst()).contains("\"id\":8,\"error\"", "too large");
        assertThat(shown.getLast()).contains("\"id\":null,\"error\"");
        assertThat(passed).hasSize(2);
    }

    private final class Gateway implements MessageSocket {
        @Override
        public Future<Void> send(Buffer message) {
            passed.add(message.toString());
            return Future.succeededFuture();
        }

        @Override
        public void pause() {
            // little is said
        }

        @Override
        public void resume() {
            // little is said
        }

        @Override
        public void close(int code, String reason) {
            // nobody looks
        }

        @Override
        public void fail(Throwable problem) {
            // nothing fails
        }
    }
}

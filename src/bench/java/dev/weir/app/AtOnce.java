package dev.weir.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.feature.agent.AgentRuntime;
import dev.weir.feature.agent.AgentSocket;
import dev.weir.wire.runner.FrameCodec;
import dev.weir.wire.runner.GatewayFrame;
import dev.weir.wire.runner.Parts;
import dev.weir.wire.runner.RunnerFrame;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** MicroVMs that are there at once and do every run in no time: what is left is the gateway's own part. */
final class AtOnce implements AgentRuntime {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @Override
    public Future<AgentSocket> open(String session) {
        return Future.succeededFuture(new Peer(session));
    }

    @Override
    public Future<Void> stop(String session) {
        return Future.succeededFuture();
    }

    private final class Peer implements AgentSocket {
        private final String boot;
        private final Parts parts = new Parts();
        private Consumer<String> onMessage;
        private Consumer<Closed> onClose;

        Peer(String boot) {
            this.boot = boot;
        }

        @Override
        public void listen(Consumer<String> messages, Consumer<Closed> close) {
            onMessage = messages;
            onClose = close;
            say(new RunnerFrame.Hello(boot));
        }

        @Override
        public synchronized Future<Void> send(String message) {
            parts.join(message).map(FrameCodec::decodeGatewayFrame).ifPresent(frame -> {
                if (frame instanceof GatewayFrame.Attach) {
                    say(new RunnerFrame.Attached(true, 1));
                    say(new RunnerFrame.Events(1,
                            List.of(new RunnerFrame.Succeeded(JsonNodeFactory.instance.numberNode(1)))));
                }
            });
            return Future.succeededFuture();
        }

        private void say(RunnerFrame frame) {
            threads.execute(() -> {
                synchronized (this) {
                    Parts.split(FrameCodec.encode(frame)).forEach(onMessage);
                }
            });
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void close() {
            threads.execute(() -> onClose.accept(new Closed(1000, "")));
        }
    }
}

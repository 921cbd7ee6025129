package dev.weir.app;

import dev.weir.feature.agent.AgentRuntime;
import dev.weir.feature.agent.AgentSocket;
import dev.weir.wire.runner.FrameCodec;
import dev.weir.wire.runner.GatewayFrame;
import dev.weir.wire.runner.Parts;
import dev.weir.wire.runner.RunnerFrame;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * MicroVMs in this process that say what they are given: each line, a JSON value, is one value that the handler yields. One at a time; the
 * newest is the one that speaks. It keeps to what a real runner does: frames of at most {@link Parts#MAX_MESSAGE} bytes with many events
 * each, nothing while the gateway does not read.
 */
final class LineRuntime implements AgentRuntime {
    private static final String HEAD = "{\"kind\":\"message\",\"value\":";
    private static final int MOST_EVENTS = 256;

    private final Consumer<Boolean> holdUp;
    private volatile Peer newest;

    /** @param holdUp told when the gateway stops and goes on reading */
    LineRuntime(Consumer<Boolean> holdUp) {
        this.holdUp = holdUp;
    }

    @Override
    public Future<AgentSocket> open(String session) {
        return Future.succeededFuture(new Peer(session));
    }

    @Override
    public Future<Void> stop(String session) {
        return Future.succeededFuture();
    }

    /** Says {@code lines} in the run that was started last; there must be one. */
    void say(List<String> lines) {
        newest.say(lines);
    }

    /** Ends the run that was started last, if one was. */
    void end() {
        Peer last = newest;
        if (last != null) {
            last.end();
        }
    }

    boolean isTaken() {
        return newest != null;
    }

    private final class Peer implements AgentSocket {
        private final String boot;
        private final Parts parts = new Parts();
        private Consumer<String> onMessage;
        private Consumer<Closed> onClose;
        private long said;

        Peer(String boot) {
            this.boot = boot;
        }

        @Override
        public synchronized void listen(Consumer<String> messages, Consumer<Closed> close) {
            onMessage = messages;
            onClose = close;
            onMessage.accept(FrameCodec.encode(new RunnerFrame.Hello(boot)));
        }

        @Override
        public synchronized Future<Void> send(String message) {
            parts.join(message).map(FrameCodec::decodeGatewayFrame).ifPresent(frame -> {
                if (frame instanceof GatewayFrame.Attach) {
                    onMessage.accept(FrameCodec.encode(new RunnerFrame.Attached(true, said)));
                    newest = this;
                }
            });
            return Future.succeededFuture();
        }

        synchronized void say(List<String> lines) {
            List<String> events = new ArrayList<>();
            int bytes = FrameCodec.EVENTS_OVERHEAD;
            for (String line : lines) {
                String event = HEAD + line + "}";
                int size = event.getBytes(StandardCharsets.UTF_8).length + 1;
                if (!events.isEmpty() && (bytes + size > Parts.MAX_MESSAGE || events.size() == MOST_EVENTS)) {
                    tell(events);
                    events.clear();
                    bytes = FrameCodec.EVENTS_OVERHEAD;
                }
                events.add(event);
                bytes += size;
            }
            tell(events);
        }

        private void tell(List<String> events) {
            Parts.split(FrameCodec.events(said + 1, events)).forEach(onMessage);
            said += events.size();
        }

        synchronized void end() {
            newest = null;
            tell(List.of("{\"kind\":\"succeeded\",\"output\":null}"));
        }

        @Override
        public void pause() {
            holdUp.accept(true);
        }

        @Override
        public void resume() {
            holdUp.accept(false);
        }

        @Override
        public synchronized void close() {
            onClose.accept(new Closed(1000, ""));
        }
    }
}

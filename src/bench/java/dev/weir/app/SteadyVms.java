package dev.weir.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.feature.agent.AgentRuntime;
import dev.weir.feature.agent.AgentSocket;
import dev.weir.wire.runner.FrameCodec;
import dev.weir.wire.runner.GatewayFrame;
import dev.weir.wire.runner.Parts;
import dev.weir.wire.runner.RunnerFrame;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** MicroVMs that are there at once; what they say, and when, is the caller's. Each event is a frame of its own and holds when it was made. */
final class SteadyVms implements AgentRuntime {
    private static final String PAD = "x".repeat(140);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Peer> attached = new CopyOnWriteArrayList<>();

    @Override
    public Future<AgentSocket> open(String session) {
        return Future.succeededFuture(new Peer(session));
    }

    @Override
    public Future<Void> stop(String session) {
        return Future.succeededFuture();
    }

    /** Those that have a run to do. */
    int attached() {
        return attached.size();
    }

    /** Every microVM makes so many events a second for so long, out of step with the others. Blocks. */
    void play(int eventsPerSecond, int seconds) {
        int vms = attached.size();
        long period = 1_000_000_000L / ((long) eventsPerSecond * vms);
        long total = (long) eventsPerSecond * seconds * vms;
        long begin = System.nanoTime();
        for (long i = 0; i < total; i++) {
            for (long left = begin + i * period - System.nanoTime(); left > 0; left = begin + i * period
                    - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            attached.get((int) (i % vms)).event();
        }
    }

    /** Every run has its result. */
    void end() {
        attached.forEach(Peer::end);
    }

    /** When the event was made, read off its data without a parser. */
    static long made(byte[] data) {
        int at = 0;
        while (data[at] < '0' || data[at] > '9') {
            at++;
        }
        long value = 0;
        for (; data[at] >= '0' && data[at] <= '9'; at++) {
            value = 10 * value + data[at] - '0';
        }
        return value;
    }

    private final class Peer implements AgentSocket {
        private final String boot;
        private final Parts parts = new Parts();
        private final Queue<String> waiting = new ArrayDeque<>();
        private Consumer<String> onMessage;
        private Consumer<Closed> onClose;
        private boolean paused;
        private long events;

        Peer(String boot) {
            this.boot = boot;
        }

        synchronized void event() {
            events++;
            deliver("{\"type\":\"events\",\"first\":" + events
                    + ",\"events\":[{\"kind\":\"message\",\"value\":{\"made\":"
                    + System.nanoTime() + ",\"pad\":\"" + PAD + "\"}}]}");
        }

        synchronized void end() {
            deliver(FrameCodec.encode(new RunnerFrame.Events(events + 1,
                    List.of(new RunnerFrame.Succeeded(JsonNodeFactory.instance.numberNode(events))))));
        }

        private void deliver(String frame) {
            waiting.add(frame);
            while (!paused && !waiting.isEmpty()) {
                onMessage.accept(waiting.remove());
            }
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
                    say(new RunnerFrame.Attached(true, 0));
                    attached.add(this);
                } else if (frame instanceof GatewayFrame.Ack ack && ack.n() > events + 1) {
                    throw new IllegalStateException("what was not said is acknowledged");
                }
            });
            return Future.succeededFuture();
        }

        private void say(RunnerFrame frame) {
            threads.execute(() -> {
                synchronized (this) {
                    deliver(FrameCodec.encode(frame));
                }
            });
        }

        @Override
        public synchronized void pause() {
            paused = true;
        }

        @Override
        public synchronized void resume() {
            paused = false;
            while (!paused && !waiting.isEmpty()) {
                onMessage.accept(waiting.remove());
            }
        }

        @Override
        public void close() {
            threads.execute(() -> onClose.accept(new Closed(1000, "")));
        }
    }
}

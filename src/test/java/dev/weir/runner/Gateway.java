package dev.weir.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.wire.runner.FrameCodec;
import dev.weir.wire.runner.GatewayFrame;
import dev.weir.wire.runner.GatewayFrame.Ack;
import dev.weir.wire.runner.Parts;
import dev.weir.wire.runner.RunnerFrame;
import dev.weir.wire.runner.RunnerFrame.Cancelled;
import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Events;
import dev.weir.wire.runner.RunnerFrame.Failed;
import dev.weir.wire.runner.RunnerFrame.Message;
import dev.weir.wire.runner.RunnerFrame.Output;
import dev.weir.wire.runner.RunnerFrame.Succeeded;
import dev.weir.wire.runner.RunnerFrame.TimedOut;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** A gateway's end of one connection: records frames, checks that events come without gap or repetition. */
final class Gateway {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final List<RunnerFrame> control = new CopyOnWriteArrayList<>();
    final List<Event> events = new CopyOnWriteArrayList<>();
    final List<Integer> messageSizes = new CopyOnWriteArrayList<>();
    private final WebSocketClient client;
    private final WebSocket socket;
    private final Parts parts = new Parts();
    private volatile boolean acknowledging;
    private volatile String trouble;
    private volatile long next;
    private volatile boolean closed;

    Gateway(Vertx vertx, int port) {
        client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxMessageSize(1 << 20));
        // The handlers come first: the runner's greeting may arrive together with its handshake.
        ClientWebSocket connecting = client.webSocket().textMessageHandler(this::receive)
                .closeHandler(_ -> closed = true);
        try {
            socket = connecting.connect(port, "127.0.0.1", "/ws").await(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    Gateway acknowledging() {
        acknowledging = true;
        return this;
    }

    void send(GatewayFrame frame) {
        if (frame instanceof GatewayFrame.Attach attach) {
            next = attach.after() + 1;
        }
        Parts.split(FrameCodec.encode(frame)).forEach(socket::writeTextMessage);
    }

    void sendText(String text) {
        socket.writeTextMessage(text);
    }

    void sendBinary(byte[] bytes) {
        socket.writeBinaryMessage(Buffer.buffer(bytes));
    }

    void pause() {
        socket.pause();
    }

    void resume() {
        socket.resume();
    }

    /** Cuts the connection without a word. */
    void drop() {
        client.close();
    }

    List<Event> awaitEnd() {
        until(() -> !events.isEmpty() && isLast(events.getLast()));
        return events;
    }

    short awaitClose() {
        until(() -> closed);
        return socket.closeStatusCode();
    }

    <F extends RunnerFrame> F awaitFrame(Class<F> type) {
        until(() -> control.stream().anyMatch(type::isInstance));
        return control.stream().filter(type::isInstance).map(type::cast).reduce((_, later) -> later).orElseThrow();
    }

    void until(BooleanSupplier condition) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2))
                .until(() -> trouble != null || condition.getAsBoolean());
        assertThat(trouble).isNull();
    }

    String text(String stream) {
        return text(events, stream);
    }

    static String text(List<Event> events, String stream) {
        StringBuilder text = new StringBuilder();
        events.stream().filter(Output.class::isInstance).map(Output.class::cast)
                .filter(output -> output.stream().equals(stream)).forEach(output -> text.append(output.text()));
        return text.toString();
    }

    static List<String> messages(List<Event> events) {
        return events.stream().filter(Message.class::isInstance).map(event -> ((Message) event).value().toString())
                .toList();
    }

    private void receive(String message) {
        messageSizes.add(Parts.utf8Length(message, 0, message.length()));
        try {
            parts.join(message).map(FrameCodec::decodeRunnerFrame).ifPresent(this::record);
        } catch (IllegalArgumentException e) {
            trouble = "garbage from the runner";
        }
    }

    private void record(RunnerFrame frame) {
        if (!(frame instanceof Events batch)) {
            control.add(frame);
            return;
        }
        if (batch.first() != next) {
            trouble = "event " + next + " expected, not " + batch.first();
        }
        long after = batch.first() + batch.events().size();
        next = after;
        events.addAll(batch.events());
        if (acknowledging) {
            send(new Ack(after - 1));
        }
    }

    private static boolean isLast(Event event) {
        return switch (event) {
            case Output _,Message _ -> false;
            case Succeeded _,Failed _,Cancelled _,TimedOut _ -> true;
        };
    }
}

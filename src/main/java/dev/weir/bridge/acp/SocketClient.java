package dev.weir.bridge.acp;

import dev.weir.feature.agent.MessageSocket;
import dev.weir.wire.jsonrpc.Envelope;
import dev.weir.wire.jsonrpc.EnvelopeReader;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * A client on a WebSocket, one JSON-RPC message in each of its messages (ACP's remote transport, draft of July 2026). The first must be
 * {@code initialize}, and no other may be.
 */
public final class SocketClient implements Client, MessageSocket.Listener {
    private static final int PROTOCOL_ERROR = 1002;

    private final MessageSocket socket;
    private AgentBridge bridge;
    private boolean initialized;

    public SocketClient(MessageSocket socket) {
        this.socket = socket;
    }

    /** Call before the first message comes. */
    public void use(AgentBridge newBridge) {
        bridge = newBridge;
    }

    @Override
    public Future<Void> send(byte[] message) {
        return socket.send(Buffer.buffer(message));
    }

    @Override
    public void pause() {
        socket.pause();
    }

    @Override
    public void resume() {
        socket.resume();
    }

    @Override
    public void message(Buffer message) {
        byte[] bytes = message.getBytes();
        Envelope envelope = EnvelopeReader.read(bytes);
        boolean initialize = envelope instanceof Envelope.Request request && request.method().equals("initialize");
        if (!initialized && !initialize) {
            socket.close(PROTOCOL_ERROR, "the first message must be initialize");
        } else if (initialized && envelope instanceof Envelope.Request request && initialize) {
            var _ = send(Answers.error(request.id(), Answers.INVALID_REQUEST, "the connection is initialized already"));
        } else {
            initialized = true;
            bridge.received(envelope instanceof Envelope.NotJson ? bytes : onOneLine(bytes), true);
        }
    }

    @Override
    public void closed() {
        bridge.interrupt();
    }

    /** In a message line breaks may stand between the tokens of the JSON; in what goes to the agent they end a message. */
    private static byte[] onOneLine(byte[] json) {
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                json[i] = ' ';
            }
        }
        return json;
    }
}

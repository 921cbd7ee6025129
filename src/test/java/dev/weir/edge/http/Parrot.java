package dev.weir.edge.http;

import dev.weir.feature.agent.AgentDoor;
import dev.weir.feature.agent.MessageSocket;
import dev.weir.feature.agent.ShellAddress;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Says to every client what that says, and keeps who came. */
final class Parrot implements AgentDoor {
    /** What was asked for. */
    record Visit(String agent, ShellAddress address, boolean lasting, MessageSocket client) {}

    final List<Visit> visits = new CopyOnWriteArrayList<>();
    final AtomicInteger left = new AtomicInteger();

    @Override
    public MessageSocket.Listener converse(MessageSocket client, String agent, ShellAddress address, boolean lasting) {
        visits.add(new Visit(agent, address, lasting, client));
        return new Echo(client);
    }

    @Override
    public MessageSocket.Listener terminal(MessageSocket client, String agent, ShellAddress address) {
        return converse(client, agent, address, true);
    }

    private final class Echo implements MessageSocket.Listener {
        private final MessageSocket client;

        Echo(MessageSocket client) {
            this.client = client;
        }

        @Override
        public void message(Buffer message) {
            var _ = client.send(message);
        }

        @Override
        public void closed() {
            left.incrementAndGet();
        }
    }
}

package dev.weir.platform.agentcore;

import static org.awaitility.Awaitility.await;

import dev.weir.feature.agent.AgentSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listens to an agent socket and remembers all it was told, and on which threads. */
final class SocketProbe {
    final List<String> messages = new CopyOnWriteArrayList<>();
    final List<AgentSocket.Closed> closes = new CopyOnWriteArrayList<>();
    final List<Integer> messagesAtClose = new CopyOnWriteArrayList<>();
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    private final AgentSocket socket;
    private final int pauseAfter;

    SocketProbe(AgentSocket socket) {
        this(socket, Integer.MAX_VALUE);
    }

    SocketProbe(AgentSocket socket, int pauseAfter) {
        this.socket = socket;
        this.pauseAfter = pauseAfter;
        socket.listen(this::message, this::closed);
    }

    AgentSocket.Closed awaitClose() {
        await().until(() -> !closes.isEmpty());
        return closes.getFirst();
    }

    private void message(String message) {
        threads.add(Thread.currentThread());
        messages.add(message);
        if (messages.size() == pauseAfter) {
            socket.pause();
        }
    }

    private void closed(AgentSocket.Closed closed) {
        threads.add(Thread.currentThread());
        messagesAtClose.add(messages.size());
        closes.add(closed);
    }
}

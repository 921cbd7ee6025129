package dev.weir.platform.agentcore;

import dev.weir.feature.agent.AgentSocket;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** An agent WebSocket: text messages of bounded size, and a bound on what waits to be written. */
final class AgentCoreSocket implements AgentSocket {
    private static final long LARGEST_MESSAGE = 32 * 1024;
    private static final long MOST_UNSENT = 1024 * 1024;

    private final WebSocket wire;
    private final LiveSocket<String> live;
    private final AtomicLong unsent = new AtomicLong();

    AgentCoreSocket(WebSocket wire, LiveSocket<String> live) {
        this.wire = wire;
        this.live = live;
    }

    @Override
    public void listen(Consumer<String> message, Consumer<Closed> closed) {
        live.listen(message, closed);
    }

    @Override
    public Future<Void> send(String message) {
        long size = Utf8.length(message);
        if (size > LARGEST_MESSAGE) {
            return Future.failedFuture(new IllegalArgumentException("a message of " + size + " bytes is over 32 KiB"));
        }
        if (unsent.addAndGet(size) > MOST_UNSENT) {
            unsent.addAndGet(-size);
            return Future.failedFuture(unsendable("the agent does not read what it is sent"));
        }
        return wire.writeTextMessage(message)
                .onComplete(v -> unsent.addAndGet(-size))
                .recover(failure -> Future.failedFuture(unsendable("the agent connection is closed")));
    }

    @Override
    public void pause() {
        live.pause();
    }

    @Override
    public void resume() {
        live.resume();
    }

    @Override
    public void close() {
        live.close();
    }

    private static ProblemException unsendable(String why) {
        return new ProblemException(new Problem.Unavailable(why, Duration.ofSeconds(1), ""));
    }
}

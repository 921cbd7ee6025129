package dev.weir.bridge.acp;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Messages to the client, in order; while many wait, the shell is not read. One event loop. */
final class Delivery {
    static final long HIGH = 4 * 1024 * 1024;
    private static final long LOW = 1024 * 1024;

    private final Context context;
    private final Client client;
    private final AgentLink link;
    private final Consumer<Throwable> onFailure;
    private Future<Void> last = Future.succeededFuture();
    private long waiting;
    private boolean held;

    Delivery(Context context, Client client, AgentLink link, Consumer<Throwable> onFailure) {
        this.context = context;
        this.client = client;
        this.link = link;
        this.onFailure = onFailure;
    }

    void send(byte[] message) {
        waiting += message.length;
        if (waiting > HIGH && !held) {
            held = true;
            link.reading().hold(this);
        }
        last = client.send(message);
        last.onComplete(sent -> context.runOnContext(v -> gone(message, sent.succeeded() ? null : sent.cause())));
    }

    /** Completes when the client has all of it, or takes no more, or {@code limit} is over. */
    Future<Void> drained(Duration limit) {
        return last.timeout(limit.toMillis(), TimeUnit.MILLISECONDS).transform(v -> Future.succeededFuture());
    }

    private void gone(byte[] message, Throwable failure) {
        waiting -= message.length;
        if (failure != null) {
            onFailure.accept(failure);
        }
        if (held && waiting < LOW) {
            held = false;
            link.reading().release(this);
        }
    }
}

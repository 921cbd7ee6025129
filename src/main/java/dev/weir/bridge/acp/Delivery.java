package dev.weir.bridge.acp;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Messages to the client, in order; while many wait, the shell is not read. What we answer the client ourselves waits, too, so while very
 * many wait, the client is not read either. One event loop.
 */
final class Delivery {
    static final long HIGH = 4 * 1024 * 1024;
    private static final long VERY_HIGH = 2 * HIGH;
    private static final long LOW = 1024 * 1024;

    private final Context context;
    private final Client client;
    private final AgentLink link;
    private final Intake intake;
    private final Consumer<Throwable> onFailure;
    private Future<Void> last = Future.succeededFuture();
    private long waiting;
    private long gone;
    private boolean held;

    Delivery(Context context, Client client, AgentLink link, Intake intake, Consumer<Throwable> onFailure) {
        this.context = context;
        this.client = client;
        this.link = link;
        this.intake = intake;
        this.onFailure = onFailure;
    }

    void send(byte[] message) {
        waiting += message.length + Intake.OVERHEAD;
        if (waiting > HIGH && !held) {
            held = true;
            link.reading().hold(this);
        }
        if (waiting > VERY_HIGH) {
            intake.hold(this);
        }
        last = client.send(message);
        last.onComplete(sent -> context.runOnContext(v -> gone(message, sent.succeeded() ? null : sent.cause())));
    }

    /** Completes when the client has all of it, or takes no more, or has taken none for as long as {@code limit}. */
    Future<Void> drained(Duration limit) {
        Promise<Void> over = Promise.promise();
        last.onComplete(v -> over.tryComplete());
        look(over, limit, gone);
        return over.future();
    }

    private void look(Promise<Void> over, Duration limit, long before) {
        long timer = context.owner().setTimer(limit.toMillis(), id -> {
            if (gone == before) {
                over.tryComplete();
            } else if (!over.future().isComplete()) {
                look(over, limit, gone);
            }
        });
        over.future().onComplete(v -> context.owner().cancelTimer(timer));
    }

    private void gone(byte[] message, Throwable failure) {
        waiting -= message.length + Intake.OVERHEAD;
        gone++;
        if (failure != null) {
            onFailure.accept(failure);
        }
        if (waiting < LOW) {
            intake.release(this);
            if (held) {
                held = false;
                link.reading().release(this);
            }
        }
    }
}

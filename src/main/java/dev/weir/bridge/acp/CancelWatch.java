package dev.weir.bridge.acp;

import dev.weir.wire.jsonrpc.Envelope;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a cancel has an effect: warns when the agent does not heed it, and then does as the strategy says. A permission that the
 * client was asked for and does not answer is refused in its place. One event loop.
 */
final class CancelWatch {
    private static final Logger LOG = LoggerFactory.getLogger(CancelWatch.class);

    private final Vertx vertx;
    private final AcpOptions options;
    private final Ledger ledger;
    private final Actions actions;
    private final Set<String> cancelled = new HashSet<>();

    /** What may become necessary. */
    interface Actions {
        void toClient(byte[] line);

        void toAgent(byte[] line);

        /** The agent does not listen: end its microVM. */
        void stopSession();
    }

    CancelWatch(Vertx vertx, AcpOptions options, Ledger ledger, Actions actions) {
        this.vertx = vertx;
        this.options = options;
        this.ledger = ledger;
        this.actions = actions;
    }

    void cancelled(String session) {
        List<String> prompts = ledger.open("session/prompt", session).stream().map(Envelope.Request::id).toList();
        if (prompts.isEmpty()) {
            return;
        }
        cancelled.removeIf(id -> !ledger.isOpen(id));
        cancelled.addAll(prompts);
        after(options.times().cancelWarn().toMillis(), prompts, open -> LOG.warn(
                "the agent has not heeded a cancel for {} s", options.times().cancelWarn().toSeconds()));
        after(options.times().cancelAct().toMillis(), prompts, open -> {
            List<Envelope.Request> owed = ledger.asked(Permissions.METHOD, session);
            owed.forEach(this::refuse);
            if (owed.isEmpty()) {
                enforce(open);
            } else { // it was the client who kept the agent waiting
                after(options.times().cancelAct().toMillis(), prompts, this::enforce);
            }
        });
    }

    private void enforce(List<String> open) {
        if (options.stopOnCancel()) {
            LOG.warn("the agent does not heed a cancel; ending its microVM");
            open.forEach(id -> {
                ledger.abandon(id);
                actions.toClient(Answers.result(id, new JsonObject().put("stopReason", "cancelled")));
            });
            actions.stopSession();
        }
    }

    /** Whether the session's turn was cancelled and is not over yet. */
    boolean isCancelling(String session) {
        return ledger.open("session/prompt", session).stream().anyMatch(prompt -> cancelled.contains(prompt.id()));
    }

    private void refuse(Envelope.Request permission) {
        ledger.clientAnswers(permission.id());
        actions.toAgent(Permissions.cancelled(permission.id()));
    }

    private void after(long millis, List<String> prompts, Consumer<List<String>> action) {
        long _ = vertx.setTimer(millis, id -> {
            List<String> open = prompts.stream().filter(ledger::isOpen).toList();
            if (!open.isEmpty()) {
                action.accept(open);
            }
        });
    }
}

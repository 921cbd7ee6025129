package dev.weir.bridge.acp;

import dev.weir.wire.jsonrpc.Envelope;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a cancel has an effect: warns when the agent does not heed it, and then does as the strategy says. A permission that the
 * client was asked for and does not answer is refused in its place. Only the time counts in which the agent has the cancel and can be
 * heard. One event loop.
 */
final class CancelWatch {
    private static final Logger LOG = LoggerFactory.getLogger(CancelWatch.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Vertx vertx;
    private final AcpOptions options;
    private final Ledger ledger;
    private final Actions actions;
    private final Set<String> cancelled = new HashSet<>();

    /** What may become necessary. */
    interface Actions {
        void toClient(byte[] line);

        /** The result tells whether the agent has the line, and there is a connection on which it may answer. */
        BooleanSupplier toAgent(byte[] line);

        /** The agent does not listen: end its microVM. */
        void stopSession();
    }

    CancelWatch(Vertx vertx, AcpOptions options, Ledger ledger, Actions actions) {
        this.vertx = vertx;
        this.options = options;
        this.ledger = ledger;
        this.actions = actions;
    }

    /** @param heard whether the agent has it, see {@link Actions#toAgent} */
    void cancelled(String session, BooleanSupplier heard) {
        List<String> prompts = ledger.open("session/prompt", session).stream().map(Envelope.Request::id).toList();
        if (!prompts.isEmpty()) {
            cancelled.removeIf(id -> !ledger.isOpen(id));
            cancelled.addAll(prompts);
            new Watch(session, prompts, heard).look();
        }
    }

    /** The agent is gone, and with it what it was told: what has yet to be asked of the next one must not be done by it. */
    void again() {
        cancelled.removeIf(id -> !ledger.isOpen(id));
        ledger.openOfClient().stream().filter(each -> cancelled.contains(each.id())).map(Envelope.Request::session)
                .distinct().forEach(session -> cancelled(session, actions.toAgent(Answers.cancel(session))));
    }

    /** Whether the session's turn was cancelled and is not over yet. */
    boolean isCancelling(String session) {
        return ledger.open("session/prompt", session).stream().anyMatch(prompt -> cancelled.contains(prompt.id()));
    }

    /** One cancel, until its prompts are answered. */
    private final class Watch {
        private final String session;
        private final List<String> prompts;
        private BooleanSupplier heard;
        private long heardAt;
        private boolean waits = true;
        private boolean warned;
        private boolean refused;

        Watch(String session, List<String> prompts, BooleanSupplier heard) {
            this.session = session;
            this.prompts = prompts;
            this.heard = heard;
        }

        void look() {
            List<String> open = prompts.stream().filter(ledger::isOpen).toList();
            if (!open.isEmpty() && !isOver(open)) {
                long _ = vertx.setTimer(LOOK_AGAIN.toMillis(), id -> look());
            }
        }

        private boolean isOver(List<String> open) {
            if (!heard.getAsBoolean()) {
                waits = true;
                return false;
            }
            if (waits) {
                waits = false;
                heardAt = System.nanoTime();
            }
            long nanos = System.nanoTime() - heardAt;
            if (!warned && nanos >= options.times().cancelWarn().toNanos()) {
                warned = true;
                LOG.warn("the agent has not heeded a cancel for {} s", options.times().cancelWarn().toSeconds());
            }
            return nanos >= options.times().cancelAct().toNanos() && act(open);
        }

        /** Whether that was the last that can be done. */
        private boolean act(List<String> open) {
            List<Envelope.Request> owed = ledger.asked(Permissions.METHOD, session);
            if (owed.isEmpty() || refused) {
                enforce(open);
                return true;
            }
            refused = true; // it was the client who kept the agent waiting
            waits = true;
            owed.forEach(permission -> {
                ledger.clientAnswers(permission.id());
                heard = actions.toAgent(Permissions.cancelled(permission.id()));
            });
            return false;
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
    }
}

package dev.weir.bridge.acp;

import dev.weir.wire.jsonrpc.Envelope;
import dev.weir.wire.jsonrpc.EnvelopeReader;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is lost between client and agent, told to whoever waits for it. One event loop. */
final class Losses {
    private static final Logger LOG = LoggerFactory.getLogger(Losses.class);

    private final Ledger ledger;
    private final SessionMemory memory;
    private final Outbox outbox;
    private final Tally tally;
    private final Consumer<byte[]> toClient;

    Losses(Ledger ledger, SessionMemory memory, Outbox outbox, Tally tally, Consumer<byte[]> toClient) {
        this.ledger = ledger;
        this.memory = memory;
        this.outbox = outbox;
        this.tally = tally;
        this.toClient = toClient;
    }

    /** The agent's line is over the limit. */
    void oversize(byte[] beginning, int limit) {
        tally.add(Tally.Kind.OVERSIZE, 1);
        String id = EnvelopeReader.idIn(beginning);
        if (ledger.agentAnswers(id) != null) {
            fail(id, "the agent's answer is larger than " + limit + " bytes", "oversize");
        }
    }

    /** Lines of the agent's; what they were cannot be known. */
    void output(long lines) {
        tally.add(Tally.Kind.LOST_OUTPUT, lines);
        ledger.openOfClient().stream().map(Envelope.Request::id).filter(id -> !outbox.isWaiting(id)).forEach(id -> {
            ledger.abandon(id);
            fail(id, "output of the agent was lost with the connection", "output_lost");
        });
    }

    /** Lines of the client's that may have reached the agent, or not. */
    void input(List<Outbox.Entry> lines) {
        lines.stream().map(Outbox.Entry::id).filter(ledger::isOpen).forEach(id -> {
            ledger.abandon(id);
            fail(id, "whether the agent received this request cannot be told", "delivery_unknown");
        });
    }

    /** The agent. */
    void agent() {
        LOG.warn("the microVM, or its shell, is gone; launching the agent anew");
        ledger.agentIsGone();
        outbox.forgetAnswers();
        ledger.openOfClient().stream().map(Envelope.Request::id).filter(id -> !outbox.isWaiting(id)).forEach(id -> {
            ledger.forgetClient(id);
            fail(id, "the agent that had this request is gone with its microVM", "session_lost");
        });
    }

    /** The bridge. */
    void all(String why, String reason) {
        ledger.openOfClient().stream().map(Envelope.Request::id).forEach(id -> {
            ledger.forgetClient(id);
            fail(id, why, reason);
        });
    }

    private void fail(String id, String why, String reason) {
        memory.failed(id);
        toClient.accept(Answers.error(id, Answers.INTERNAL, why, reason));
    }
}

package dev.weir.bridge.acp;

import dev.weir.wire.jsonrpc.Envelope;
import dev.weir.wire.jsonrpc.EnvelopeReader;
import io.vertx.core.buffer.Buffer;
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

    /**
     * Lines of the client's that may have reached the agent, or not. Requests fail. An agent that waits for an answer would wait for ever,
     * so what it asked for is cancelled. A cancel goes again: it does no harm if it comes twice.
     */
    void input(List<Outbox.Entry> lines) {
        lines.stream().map(Outbox.Entry::id).forEach(this::doubt);
        lines.stream().map(Outbox.Entry::session).filter(session -> !session.isEmpty()).distinct().forEach(session -> {
            ledger.open("session/prompt", session).forEach(prompt -> doubt(prompt.id()));
            outbox.add(new Outbox.Entry(Buffer.buffer(Answers.cancel(session)), ""));
        });
        lines.stream().filter(Losses::isCancel).forEach(outbox::add);
    }

    private void doubt(String id) {
        if (ledger.isOpen(id)) {
            ledger.abandon(id);
            fail(id, "whether the agent received this request, or what it asked for, cannot be told",
                    "delivery_unknown");
        }
    }

    private static boolean isCancel(Outbox.Entry entry) {
        return EnvelopeReader.read(entry.line().getBytes()) instanceof Envelope.Notification notice
                && notice.method().equals("session/cancel");
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

package dev.weir.bridge.acp;

import dev.weir.feature.agent.ShellEnd;
import dev.weir.kernel.Problem;
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
    private boolean ending;

    Losses(Ledger ledger, SessionMemory memory, Outbox outbox, Tally tally, Consumer<byte[]> toClient) {
        this.ledger = ledger;
        this.memory = memory;
        this.outbox = outbox;
        this.tally = tally;
        this.toClient = toClient;
    }

    /**
     * A line of the client's that is not passed on. Told is who waits: the client, or the agent if the line is an answer. An answer to
     * nobody is answered to nobody: that could go on for ever.
     */
    void unfit(byte[] line, int code, String why) {
        switch (EnvelopeReader.begun(line)) {
            case Envelope.Response answer -> {
                Envelope.Request asked = ledger.clientAnswers(answer.id());
                if (asked != null) {
                    tellAgent(Answers.error(asked.id(), Answers.INTERNAL, "the client's answer: " + why),
                            asked.session());
                }
            }
            case Envelope.Request(String id, _, _) -> toClient.accept(Answers.error(free(id), code, why));
            case Envelope.Invalid(String id, _) -> toClient.accept(Answers.error(free(id), code, why));
            case Envelope.Notification _,Envelope.NotJson _ -> toClient.accept(Answers.error("null", code, why));
        }
    }

    /** An error with the id of an open request would be taken for that one's answer. */
    private String free(String id) {
        return ledger.isOpen(id) ? "null" : id;
    }

    /** The agent's line is over the limit. */
    void oversize(byte[] beginning, int limit) {
        tally.add(Tally.Kind.OVERSIZE, 1);
        switch (EnvelopeReader.begun(beginning)) {
            case Envelope.Response answer when answer.id().equals("null") && !answer.isError() -> output(1);
            case Envelope.Response answer -> {
                if (ledger.agentAnswers(answer.id()) != null) {
                    fail(answer.id(), "the agent's answer is larger than " + limit + " bytes", "oversize");
                }
            }
            case Envelope.Request(String id, _, String session) -> tellAgent(Answers.error(id, Answers.INVALID_REQUEST,
                    "the request is larger than " + limit + " bytes"), session);
            case Envelope.Notification _,Envelope.Invalid _,Envelope.NotJson _ -> LOG.debug("nobody waits for it");
        }
    }

    /**
     * Lines of the agent's; what they were cannot be known. Among them may be what it asked, so that it would wait for ever: what it does
     * for the requests that fail is cancelled.
     */
    void output(long lines) {
        tally.add(Tally.Kind.LOST_OUTPUT, lines);
        List<Envelope.Request> failed = ledger.openOfClient().stream().filter(each -> !outbox.isWaiting(each.id()))
                .toList();
        failed.forEach(each -> {
            ledger.abandon(each.id());
            fail(each.id(), "output of the agent was lost with the connection", "output_lost");
        });
        failed.stream().filter(each -> each.method().equals("session/prompt")).map(Envelope.Request::session).distinct()
                .forEach(session -> tellAgent(Answers.cancel(session), ""));
    }

    /**
     * Lines of the client's that may have reached the agent, or not. Requests fail. An agent that waits for an answer would wait for ever,
     * so what it asked for is cancelled. A cancel goes again: it does no harm if it comes twice.
     */
    void input(List<Outbox.Entry> lines) {
        lines.stream().map(Outbox.Entry::id).forEach(this::doubt);
        lines.stream().map(Outbox.Entry::session).filter(session -> !session.isEmpty()).distinct().forEach(session -> {
            ledger.open("session/prompt", session).forEach(prompt -> doubt(prompt.id()));
            tellAgent(Answers.cancel(session), "");
        });
        lines.stream().filter(Losses::isCancel).forEach(outbox::add);
    }

    /** @param session whose request of the agent's it answers, else empty */
    private void tellAgent(byte[] line, String session) {
        outbox.add(new Outbox.Entry(Buffer.buffer(line), "", session));
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

    /** Its machine is being ended by us, for a cancel that it does not heed; the result undoes it. */
    Runnable ending() {
        ending = true;
        return () -> ending = false;
    }

    /** The agent. */
    void agent() {
        LOG.warn("the microVM, or its shell, is gone; launching the agent anew");
        String why = ending
                ? "the agent was ended because it did not heed the cancel of another request"
                : "the agent that had this request is gone with its microVM";
        String reason = ending ? "agent_stopped" : "session_lost";
        ending = false;
        ledger.agentIsGone();
        outbox.forgetAnswers();
        ledger.openOfClient().stream().map(Envelope.Request::id).filter(id -> !outbox.isWaiting(id)).forEach(id -> {
            ledger.forgetClient(id);
            fail(id, why, reason);
        });
    }

    /** What waits for the new agent and is about a session that this one has not. */
    void sessions() {
        ledger.openOfClient().stream().filter(each -> memory.isBarred(each) && outbox.isWaiting(each.id()))
                .forEach(each -> {
                    outbox.withdraw(each.id());
                    ledger.forgetClient(each.id());
                    memory.failed(each.id());
                    toClient.accept(barred(each.id()));
                });
    }

    /** The answer to what is asked about a lost session. */
    static byte[] barred(String id) {
        return Answers.error(id, Answers.NOT_FOUND,
                "the context of this session was lost with its microVM; load it, or begin a new session",
                "context_lost");
    }

    /** The bridge. */
    void all(String why, String reason) {
        ledger.openOfClient().stream().map(Envelope.Request::id).forEach(id -> {
            ledger.forgetClient(id);
            fail(id, why, reason);
        });
    }

    /** What a shell's end means for its conversation. */
    static Problem problem(ShellEnd end) {
        return switch (end) {
            case ShellEnd.Left() -> new Problem.UpstreamFailed("AgentCore", "the shell was ended");
            case ShellEnd.Exited _ -> new Problem.UpstreamFailed("AgentCore", "the agent's shell has ended");
            case ShellEnd.TakenOver() -> new Problem.Conflict("another client has taken the agent's shell");
            case ShellEnd.Faulty faulty -> new Problem.UpstreamFailed("AgentCore",
                    "the service refused what was sent (" + faulty.code() + "): this is a fault of the bridge");
            case ShellEnd.Unreachable unreachable -> unreachable.problem();
        };
    }

    private void fail(String id, String why, String reason) {
        memory.failed(id);
        toClient.accept(Answers.error(id, Answers.INTERNAL, why, reason));
    }
}

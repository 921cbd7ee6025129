package dev.weir.bridge.acp;

import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.wire.jsonrpc.Envelope;
import dev.weir.wire.jsonrpc.EnvelopeReader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client and one agent. What either says reaches the other as the bytes it was said in: what the agent says exactly once, a client's
 * prompt at most once. What cannot be known is answered with an error that says so ({@code data.reason}), never with silence. Everything
 * happens on one event loop; the methods are safe from any thread.
 */
public final class AgentBridge implements Conversation {
    private static final Logger LOG = LoggerFactory.getLogger(AgentBridge.class);
    private static final Duration INTERRUPTED = Duration.ofSeconds(2);
    private static final Duration TOLD_TO_STOP = Duration.ofMillis(800);
    /** For a client that takes nothing to take the rest. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);
    private static final Duration HURRIED_WORDS = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Context context;
    private final Departure departure;
    private final Intake intake;
    private final AcpOptions options;
    private final BridgeMeter meter;
    private final Ledger ledger;
    private final Tally tally;
    private final Losses losses;
    private final SessionMemory memory;
    private final Outbox outbox;
    private final AgentLink link;
    private final Restoration restoration;
    private final CancelWatch cancels;
    private final Delivery delivery;
    private final Promise<Void> done = Promise.promise();
    private long since;
    private boolean ended;
    private boolean over;
    private String why = "the bridge is ending";

    /** @param client at once held to as many bytes as one message may have, beyond what the network takes */
    public AgentBridge(Context context, AgentShells shells, AcpOptions options, RandomGenerator random, Client client,
            BridgeMeter meter) {
        this.context = context;
        this.vertx = context.owner();
        this.departure = new Departure(context, shells, options);
        this.options = options;
        this.intake = new Intake(client);
        this.meter = meter;
        this.ledger = new Ledger(meter);
        this.tally = new Tally(meter);
        this.memory = new SessionMemory(options);
        this.outbox = new Outbox(context, options.maxLine(), this::room);
        this.losses = new Losses(ledger, memory, outbox, tally, this::toClient);
        this.link = new AgentLink(context, departure, options, random, outbox, new FromAgent());
        this.restoration = new Restoration(link, memory, options);
        this.delivery = new Delivery(context, client, link, intake, failure -> finish(
                new Problem.Unavailable("the client takes nothing any more", Duration.ofSeconds(1), "")));
        this.cancels = new CancelWatch(vertx, options, ledger, new Escalation());
    }

    /**
     * Connects. The result completes when the client has ended its input and all is settled; it fails with the problem when the agent, or
     * the way to it, is lost for good. By then every open request is answered, the agent's shell is ended, and so is the microVM unless it
     * is shared; or, where that cannot be done, it was tried for a while.
     */
    public Future<Void> start(ShellAddress address) {
        context.runOnContext(v -> {
            since = System.nanoTime();
            if (!over) {
                link.connect(address);
            }
        });
        return done.future();
    }

    @Override
    public void received(byte[] line, boolean whole) {
        intake.came(line.length);
        context.runOnContext(v -> {
            intake.read(line.length);
            if (!over) {
                fromClient(line, whole);
            } else if (whole && EnvelopeReader.read(line) instanceof Envelope.Request request) {
                toClient(Answers.error(request.id(), Answers.INTERNAL, why, "agent_lost")); // too late
            }
        });
    }

    @Override
    public void ended() {
        context.runOnContext(v -> {
            ended = true;
            leaveIfIdle();
            long _ = vertx.setTimer(options.times().drain().toMillis(), id -> leave());
        });
    }

    /** The client is gone: cancel what is open and end. */
    public void interrupt() {
        interrupt(INTERRUPTED);
    }

    /** We are told to stop: the same, in less than four seconds. */
    public void quit() {
        departure.hurry();
        interrupt(TOLD_TO_STOP);
    }

    private void interrupt(Duration forAnswers) {
        context.runOnContext(v -> {
            ended = true;
            ledger.openOfClient().stream().filter(each -> each.method().equals("session/prompt"))
                    .map(Envelope.Request::session).distinct()
                    .forEach(session -> cancels.cancelled(session, tell(Answers.cancel(session))));
            leaveIfIdle();
            long _ = vertx.setTimer(forAnswers.toMillis(), id -> leave());
        });
    }

    private void fromClient(byte[] raw, boolean whole) {
        byte[] line = intake.bare(raw);
        if (line.length == 0) {
            return;
        }
        meter.line(BridgeMeter.Lane.FROM_CLIENT);
        if (!whole) {
            tally.add(Tally.Kind.OVERSIZE, 1);
            losses.unfit(line, Answers.INVALID_REQUEST, "the message is larger than " + options.maxLine() + " bytes");
            return;
        }
        switch (EnvelopeReader.read(line)) {
            case Envelope.NotJson() -> refuse("null", Answers.PARSE_ERROR, "not JSON");
            case Envelope.Invalid(_, String fault) -> {
                tally.add(Tally.Kind.BAD_INPUT, 1);
                losses.unfit(line, Answers.INVALID_REQUEST, fault);
            }
            case Envelope.Request request -> asked(request, line);
            case Envelope.Response answer -> answered(answer, line);
            case Envelope.Notification notice -> {
                BooleanSupplier heard = tell(line);
                if (notice.method().equals("session/cancel")) {
                    cancels.cancelled(notice.session(), heard);
                }
            }
        }
    }

    private void asked(Envelope.Request request, byte[] line) {
        if (memory.isBarred(request)) {
            toClient(Losses.barred(request.id()));
        } else if (!ledger.objection(request).isEmpty()) {
            refuse(request.id(), Answers.INVALID_REQUEST, ledger.objection(request));
        } else if (ledger.clientAsks(request)) {
            toAgent(memory.asked(request, line), request.id());
        }
    }

    private void answered(Envelope.Response answer, byte[] line) {
        Envelope.Request asked = ledger.clientAnswers(answer.id());
        if (asked == null) {
            tally.add(Tally.Kind.STRAY_ANSWER, 1);
        } else {
            toAgent(new Outbox.Entry(Buffer.buffer(line), "", asked.session()));
        }
    }

    private void refuse(String id, int code, String why) {
        tally.add(Tally.Kind.BAD_INPUT, 1);
        toClient(Answers.error(id, code, why));
    }

    private void toAgent(byte[] line, String id) {
        toAgent(new Outbox.Entry(Buffer.buffer(line), id));
    }

    /** Tells the agent what is no request; the result says whether it has that and can be heard. */
    private BooleanSupplier tell(byte[] line) {
        Outbox.Entry entry = new Outbox.Entry(Buffer.buffer(line), "");
        toAgent(entry);
        return () -> link.isRunning() && !outbox.holds(entry);
    }

    private void toAgent(Outbox.Entry entry) {
        meter.line(BridgeMeter.Lane.TO_AGENT);
        outbox.add(entry);
        if (outbox.isFull()) {
            intake.hold(outbox);
        }
    }

    private void room() {
        if (!outbox.isFull()) {
            intake.release(outbox);
        }
    }

    private void toClient(byte[] line) {
        meter.line(BridgeMeter.Lane.TO_CLIENT);
        delivery.send(line);
    }

    private void leaveIfIdle() {
        if (ended && ledger.isIdle()) {
            leave();
        }
    }

    private void leave() {
        end("ending", null);
    }

    private void finish(Problem problem) {
        if (!over) {
            why = problem.detail();
            end("agent_lost", problem);
        }
    }

    /** @param problem null at the client's end */
    private void end(String reason, Problem problem) {
        if (over) {
            return;
        }
        over = true;
        losses.all(why, reason);
        Future.join(departure.leave(link), delivery.drained(departure.isHurried() ? HURRIED_WORDS : LAST_WORDS))
                .onComplete(v -> {
                    meter.ended();
                    if (problem == null) {
                        done.tryComplete();
                    } else {
                        done.tryFail(new ProblemException(problem));
                    }
                });
    }

    /** What a cancel that is not heeded leads to. */
    private final class Escalation implements CancelWatch.Actions {
        @Override
        public void toClient(byte[] line) {
            AgentBridge.this.toClient(line);
        }

        @Override
        public BooleanSupplier toAgent(byte[] line) {
            return tell(line);
        }

        @Override
        public void stopSession() {
            Runnable undo = link.hold();
            Runnable undone = losses.ending();
            departure.stop(link.address().session()).onFailure(failure -> {
                LOG.warn("the microVM could not be ended: {}", ProblemException.problemOf(failure).detail());
                context.runOnContext(v -> {
                    undo.run();
                    undone.run();
                });
            });
            leaveIfIdle();
        }
    }

    /** What the agent's side tells. */
    private final class FromAgent implements AgentNews {
        @Override
        public void launched() {
            restoration.run().onComplete(v -> {
                if (!over) {
                    meter.ready(Duration.ofNanos(System.nanoTime() - since));
                    losses.sessions();
                    link.open();
                    leaveIfIdle();
                }
            }, failure -> {
                if (!over && !link.isRunning()) {
                    finish(new Problem.UpstreamFailed("agent", "the new agent did not take the client's initialize"));
                }
            });
        }

        @Override
        public void interrupted() {
            restoration.stop();
        }

        @Override
        public void line(byte[] line, boolean whole, Envelope envelope) {
            if (over) {
                return;
            }
            meter.line(BridgeMeter.Lane.FROM_AGENT);
            if (!whole) {
                losses.oversize(line, options.maxLine());
                leaveIfIdle();
                return;
            }
            if (restoration.takes(envelope, line)) {
                return;
            }
            switch (envelope) {
                case Envelope.NotJson _,Envelope.Invalid _ -> tally.add(Tally.Kind.NOISE, 1);
                case Envelope.Notification notice -> {
                    memory.told(notice.session(), line);
                    toClient(line);
                }
                case Envelope.Request request -> asks(request, line);
                case Envelope.Response answer -> {
                    Envelope.Request request = ledger.agentAnswers(answer.id());
                    if (request == null) {
                        tally.add(Tally.Kind.STRAY_ANSWER, 1);
                    } else {
                        memory.answered(request, answer, line);
                        toClient(line);
                        leaveIfIdle();
                    }
                }
            }
        }

        private void asks(Envelope.Request request, byte[] line) {
            boolean service = request.method().startsWith("fs/") || request.method().startsWith("terminal/");
            if (service && !options.clientServices()) {
                tally.add(Tally.Kind.REFUSED, 1);
                toAgent(Answers.error(request.id(), Answers.METHOD_NOT_FOUND, "the client offers no such service"), "");
            } else if (!ledger.agentAsks(request)) {
                tally.add(Tally.Kind.REFUSED, 1);
                toAgent(Answers.error(request.id(), Answers.INVALID_REQUEST,
                        "a request with this id is open already, or too many are"), "");
            } else if (options.permissions() != AcpOptions.Permissions.ASK
                    && request.method().equals(Permissions.METHOD)) {
                ledger.clientAnswers(request.id());
                toAgent(Permissions.answer(options.permissions(), request.id(), line,
                        cancels.isCancelling(request.session())), "");
            } else {
                toClient(line);
            }
        }

        @Override
        public void gap(long lines) {
            losses.output(lines);
            leaveIfIdle();
        }

        @Override
        public void undelivered(List<Outbox.Entry> lines) {
            losses.input(lines);
            leaveIfIdle();
        }

        @Override
        public void vanished() {
            since = System.nanoTime();
            losses.agent();
            cancels.again();
            leaveIfIdle();
        }

        @Override
        public void reconnected() {
            meter.reconnected();
        }

        @Override
        public void exited(int code, String words) {
            finish(new Problem.UpstreamFailed("agent", "the agent ended with exit code " + code
                    + (words.isEmpty() ? "" : ": " + words.replaceAll("[^ -~]+", " "))));
        }

        @Override
        public void unlaunchable(String why) {
            finish(new Problem.UpstreamFailed("agent", why));
        }

        @Override
        public void ended(ShellEnd end) {
            finish(Losses.problem(end));
        }
    }
}

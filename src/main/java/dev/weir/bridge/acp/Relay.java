package dev.weir.bridge.acp;

import dev.weir.feature.agent.MessageSocket;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.wire.jsonrpc.Envelope;
import dev.weir.wire.jsonrpc.EnvelopeReader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A client here, and a gateway that holds the conversation with the agent. Lines become messages and messages lines, as they are; what is
 * still unanswered when the gateway is lost is answered here, with an error that says so. Everything happens on one event loop.
 */
public final class Relay implements Conversation {
    /** Bytes on the way, either way, at which whoever sends them is held up. */
    private static final long HIGH = 4 * 1024 * 1024;
    private static final long LOW = 1024 * 1024;
    private static final int ENDED = 1000;
    /** For a client that takes nothing to take the rest. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(30);

    private final Context context;
    private final Client client;
    private final Duration drain;
    private final Ledger ledger = new Ledger(new BridgeSummary());
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final Promise<Void> done = Promise.promise();
    private MessageSocket gateway;
    private Future<Void> lastShown = Future.succeededFuture();
    private long toGateway;
    private long toClient;
    private boolean initialized;
    private boolean ended;
    private boolean over;

    /** @param drain how long open requests are waited for when the client has ended its input */
    public Relay(Context context, Client client, Duration drain) {
        this.context = context;
        this.client = client;
        this.drain = drain;
    }

    /** Completes when the client has ended its input and all is answered; fails with the problem when the gateway is lost. */
    public Future<Void> done() {
        return done.future();
    }

    /** There is a connection; what waited goes now. */
    public void connected(MessageSocket socket) {
        context.runOnContext(_ -> {
            gateway = socket;
            if (over) {
                socket.close(ENDED, "");
            }
            List<byte[]> queued = List.copyOf(waiting);
            waiting.clear();
            queued.forEach(line -> {
                toGateway -= line.length; // it was counted when it came
                pass(line);
            });
            leaveIfIdle();
        });
    }

    /** A message of the agent's, or of the gateway in its place. */
    public void told(Buffer message) {
        context.runOnContext(_ -> {
            byte[] line = message.getBytes();
            if (EnvelopeReader.read(line) instanceof Envelope.Response answer) {
                var _ = ledger.agentAnswers(answer.id());
            }
            show(line);
            leaveIfIdle();
        });
    }

    /** There will be no connection, or there was one and it is gone. */
    public void lost(Problem problem) {
        context.runOnContext(_ -> finish(problem.detail(), new ProblemException(problem)));
    }

    @Override
    public void received(byte[] line, boolean whole) {
        context.runOnContext(_ -> {
            if (!over) {
                fromClient(Assembly.stripped(line), whole);
            }
        });
    }

    @Override
    public void ended() {
        context.runOnContext(_ -> {
            ended = true;
            leaveIfIdle();
            long _ = context.owner().setTimer(drain.toMillis(), _ -> finish("the client has ended its input", null));
        });
    }

    /** We are told to stop: the gateway cancels what is open when it sees us go. */
    public void interrupt() {
        context.runOnContext(_ -> finish("the client's end of the connection is stopping", null));
    }

    private void fromClient(byte[] line, boolean whole) {
        if (line.length == 0) {
            return;
        }
        if (!whole) {
            tooLarge(EnvelopeReader.begun(line));
            return;
        }
        switch (EnvelopeReader.read(line)) {
            case Envelope.NotJson() -> show(Answers.error("null", Answers.PARSE_ERROR, "not JSON"));
            case Envelope.Invalid(String id, String why) -> show(Answers.error(id, Answers.INVALID_REQUEST, why));
            case Envelope.Request request -> asked(request, line);
            case Envelope.Response _,Envelope.Notification _ -> {
                if (initialized) {
                    pass(line);
                }
            }
        }
    }

    /** Whoever waits is told: the client, or the agent for its answer. */
    private void tooLarge(Envelope beginning) {
        String why = "the message is too large";
        if (beginning instanceof Envelope.Response answer) {
            if (initialized && !answer.id().equals("null")) {
                pass(Answers.error(answer.id(), Answers.INTERNAL, why));
            }
        } else {
            boolean known = beginning instanceof Envelope.Request request && !ledger.isOpen(request.id());
            show(Answers.error(known ? ((Envelope.Request) beginning).id() : "null", Answers.INVALID_REQUEST, why));
        }
    }

    private void asked(Envelope.Request request, byte[] line) {
        if (!initialized && !request.method().equals("initialize")) {
            show(Answers.error(request.id(), Answers.INVALID_REQUEST, "the first request must be initialize"));
        } else if (!ledger.clientAsks(request)) {
            show(Answers.error(request.id(), Answers.INVALID_REQUEST, ledger.objection(request)));
        } else {
            initialized = true;
            pass(line);
        }
    }

    private void pass(byte[] line) {
        if (gateway == null) {
            waiting.add(line);
            count(line.length);
            return;
        }
        count(line.length);
        gateway.send(Buffer.buffer(line)).onComplete(_ -> context.runOnContext(_ -> {
            toGateway -= line.length;
            if (toGateway <= LOW) {
                client.resume();
            }
        }));
    }

    private void count(int bytes) {
        toGateway += bytes;
        if (toGateway > HIGH) {
            client.pause();
        }
    }

    private void show(byte[] line) {
        toClient += line.length;
        if (toClient > HIGH && gateway != null) {
            gateway.pause();
        }
        lastShown = client.send(line);
        lastShown.onComplete(shown -> context.runOnContext(_ -> {
            toClient -= line.length;
            if (toClient <= LOW && gateway != null) {
                gateway.resume();
            }
            if (shown.failed()) {
                Problem problem = new Problem.Unavailable("the client takes nothing any more", Duration.ofSeconds(1),
                        "");
                finish(problem.detail(), new ProblemException(problem));
            }
        }));
    }

    private void leaveIfIdle() {
        if (ended && ledger.isIdle() && waiting.isEmpty()) {
            finish("", null);
        }
    }

    /** @param failure null if it is a regular end */
    private void finish(String why, ProblemException failure) {
        if (over) {
            return;
        }
        over = true;
        ledger.openOfClient().forEach(
                request -> show(Answers.error(request.id(), Answers.INTERNAL, why, "connection_lost")));
        if (gateway != null) {
            gateway.close(ENDED, "");
        }
        lastShown.timeout(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS).onComplete(_ -> {
            if (failure == null) {
                done.tryComplete();
            } else {
                done.tryFail(failure);
            }
        });
    }
}

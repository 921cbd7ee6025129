package dev.weir.bridge.acp;

import dev.weir.wire.jsonrpc.Envelope;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a new agent what the old one knew: the client's initialize, then each session. The client hears nothing of it. One event loop. */
final class Restoration {
    private static final Logger LOG = LoggerFactory.getLogger(Restoration.class);

    private final AgentLink link;
    private final SessionMemory memory;
    private final AcpOptions options;
    private final Map<String, Promise<byte[]>> asked = new HashMap<>();
    private String replaying = "";
    private int run;

    Restoration(AgentLink link, SessionMemory memory, AcpOptions options) {
        this.link = link;
        this.memory = memory;
        this.options = options;
    }

    /** The agent that was being told is gone, and the answers it owes with it: the run ends here, without a result. */
    void stop() {
        run++;
        asked.clear();
        replaying = "";
    }

    /** Completes when the agent knows what it can be told; fails if it does not take the initialize. */
    Future<Void> run() {
        stop();
        int current = run;
        Promise<Void> done = Promise.promise();
        tellAll(current).onComplete(told -> {
            if (current == run) {
                done.handle(told);
            }
        });
        return done.future();
    }

    private Future<Void> tellAll(int current) {
        if (memory.initialize() == null) {
            return Future.succeededFuture();
        }
        JsonObject before = memory.capabilities();
        return ask("initialize", memory.initialize(), current).compose(answer -> {
            memory.remember(answer);
            if (!memory.capabilities().equals(before)) {
                LOG.warn("the new agent's capabilities differ from those that the client was told");
            }
            memory.loseStrangers();
            Future<Void> all = authenticate(current);
            List<String> sessions = new ArrayList<>(memory.sessions().keySet());
            for (String session : sessions) {
                all = all.compose(v -> restore(session, current));
            }
            return all;
        });
    }

    /** The old agent's login may have gone with its machine. */
    private Future<Void> authenticate(int current) {
        if (memory.authenticate() == null) {
            return Future.succeededFuture();
        }
        return ask("authenticate", memory.authenticate(), current).transform(answer -> {
            if (answer.failed()) {
                LOG.warn("the new agent did not take the client's authenticate");
            }
            return current == run ? Future.succeededFuture() : Future.failedFuture("another run has begun");
        });
    }

    /** Whether the line is an answer to us, or part of a history that the client knows; then it is not for the client. */
    boolean takes(Envelope envelope, byte[] line) {
        if (envelope instanceof Envelope.Notification update && update.method().equals("session/update")
                && !update.session().isEmpty()
                && (update.session().equals(replaying) || memory.isLost(update.session()))) {
            return true;
        }
        if (envelope instanceof Envelope.Response answer && link.owns(answer.id())) {
            Promise<byte[]> waiting = asked.remove(answer.id());
            if (waiting != null && answer.isError()) {
                waiting.fail("refused");
            } else if (waiting != null) {
                waiting.complete(line);
            }
            return true;
        }
        return false;
    }

    private Future<Void> restore(String session, int current) {
        String method = memory.restoringMethod();
        if (method.isEmpty()) {
            memory.lose(session);
            LOG.warn("a session's context is lost: the agent can neither resume nor load");
            return Future.succeededFuture();
        }
        replaying = method.equals("session/load") ? session : "";
        return ask(method, memory.sessions().get(session).copy().put("sessionId", session), current)
                .compose(answer -> {
                    replaying = "";
                    return set(memory.settings(session), current);
                })
                .transform(answer -> {
                    if (current != run) {
                        return Future.failedFuture("another run has begun");
                    }
                    replaying = "";
                    if (answer.failed()) {
                        memory.lose(session);
                        LOG.warn(
                                "a session's context is lost: the new agent did not take it ({}), or what was set for it",
                                method);
                    }
                    return Future.succeededFuture();
                });
    }

    /** A session that goes on with another mode than the client sees, perhaps one that permits more, would be worse than none. */
    private Future<Void> set(List<SessionMemory.Setting> settings, int current) {
        Future<Void> all = Future.succeededFuture();
        for (SessionMemory.Setting each : settings) {
            all = all.compose(v -> ask(each.method(), each.params(), current)).mapEmpty();
        }
        return all;
    }

    private Future<byte[]> ask(String method, JsonObject params, int current) {
        String id = link.ownId();
        Promise<byte[]> answer = Promise.promise();
        asked.put(id, answer);
        link.tell(Answers.request(id, method, params));
        return answer.future().timeout(options.times().restore().toMillis(), TimeUnit.MILLISECONDS)
                .compose(line -> current == run
                        ? Future.succeededFuture(line)
                        : Future.failedFuture("another run has begun"));
    }
}

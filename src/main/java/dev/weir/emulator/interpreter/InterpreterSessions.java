package dev.weir.emulator.interpreter;

import dev.weir.emulator.session.AwsFault;
import dev.weir.emulator.session.Directories;
import dev.weir.emulator.session.OffLoop;
import dev.weir.emulator.session.Stragglers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions of all interpreters, also those that have ended not too long ago. One event loop; failures are {@link AwsFault}s. */
public final class InterpreterSessions {
    private static final Logger LOG = LoggerFactory.getLogger(InterpreterSessions.class);
    private static final Pattern ID = Pattern.compile("[0-9a-zA-Z]{1,40}");
    private static final String LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int ID_LENGTH = 26;
    private static final int MOST_TERMINATED = 1_000;

    private final Context context;
    private final InstantSource clock;
    private final Path root;
    private final int most;
    private final Programs programs = new Programs();
    private final SecureRandom random = new SecureRandom();
    private final Map<String, InterpreterSession> sessions = new LinkedHashMap<>();
    private final Map<String, Future<InterpreterSession>> starts = new LinkedHashMap<>();
    private long number;

    /**
     * None yet; call {@link #clear} first.
     *
     * @param context the event loop that all of it is confined to
     * @param root where the sessions' directories are made
     * @param most that may be ready at a time
     */
    public InterpreterSessions(Context context, InstantSource clock, Path root, int most) {
        this.context = context;
        this.clock = clock;
        this.root = root;
        this.most = most;
    }

    /** StartCodeInterpreterSession. The same token with the same input gives the same session; with another, a ValidationException. */
    public Future<JsonObject> start(String interpreter, Buffer body) {
        StartOrder order = StartOrder.of(body);
        String token = interpreter + ' ' + order.clientToken().orElse("");
        Future<InterpreterSession> former = order.clientToken().isPresent() ? starts.get(token) : null;
        if (former != null) {
            return former.map(session -> {
                if (!session.order().equals(order)) {
                    throw AwsFault.refused("IdempotentParameterMismatchException",
                            "The clientToken was used with other parameters.");
                }
                return session.started();
            });
        }
        Future<InterpreterSession> started = create(interpreter, order);
        if (order.clientToken().isPresent()) {
            starts.put(token, started);
            started.onFailure(_ -> starts.remove(token));
        }
        return started.map(InterpreterSession::started);
    }

    /** The session a tool is called in; where the caller names none, a new one. ResourceNotFoundException if it has ended. */
    public Future<InterpreterSession> enter(String interpreter, Optional<String> id) {
        if (id.isEmpty()) {
            return create(interpreter, StartOrder.PLAIN);
        }
        InterpreterSession session = find(interpreter, id);
        return session.isReady()
                ? Future.succeededFuture(session)
                : Future.failedFuture(AwsFault.notFound("The session has ended."));
    }

    /** GetCodeInterpreterSession. */
    public JsonObject describe(String interpreter, Optional<String> id) {
        return find(interpreter, id).described();
    }

    /** ListCodeInterpreterSessions: the newest first. */
    public JsonObject list(String interpreter, Buffer body) {
        ListOrder order = ListOrder.of(body);
        endDue();
        return order.page(sessions.values().stream().filter(session -> session.interpreter().equals(interpreter))
                .toList().reversed());
    }

    /** StopCodeInterpreterSession: completes when its processes and files are gone; a second one is answered as the first. */
    public Future<JsonObject> stop(String interpreter, Optional<String> id, Buffer body) {
        StartOrder.token(InterpreterInput.object(body));
        InterpreterSession session = find(interpreter, id);
        end(session);
        return session.gone().transform(_ -> Future.succeededFuture(session.stopped()));
    }

    /** How many are ready. */
    public int size() {
        return (int) sessions.values().stream().filter(InterpreterSession::isReady).count();
    }

    /** Ends those whose time has come. */
    public void endDue() {
        Instant now = clock.instant();
        List.copyOf(sessions.values()).stream().filter(session -> session.isDue(now)).forEach(this::end);
    }

    /** Ends all; completes when nothing of them is left. */
    public Future<Void> stopAll() {
        sessions.values().stream().filter(InterpreterSession::isReady).forEach(this::end);
        return Future.join(sessions.values().stream().map(InterpreterSession::gone).toList()).mapEmpty();
    }

    /** Ends and removes what a killed emulator left behind, as far as possible. Blocking; before the first start. */
    public void clear() throws IOException {
        if (Files.isDirectory(root)) {
            Stragglers.end(root);
        }
        Directories.remove(root);
    }

    private InterpreterSession find(String interpreter, Optional<String> id) {
        if (id.isEmpty() || !ID.matcher(id.get()).matches()) {
            throw AwsFault.invalid("sessionId", "sessionId must have 1 to 40 letters and digits");
        }
        endDue();
        InterpreterSession session = sessions.get(id.get());
        if (session == null || !session.interpreter().equals(interpreter)) {
            throw AwsFault.notFound("There is no session '" + id.get() + "' of interpreter '" + interpreter + "'.");
        }
        return session;
    }

    private Future<InterpreterSession> create(String interpreter, StartOrder order) {
        endDue();
        if (size() >= most) {
            return Future.failedFuture(AwsFault.of(402, "ServiceQuotaExceededException",
                    "Too many active sessions: at most " + most));
        }
        forgetOld();
        InterpreterSession session = new InterpreterSession(interpreter, newId(), order, number++, clock.instant());
        sessions.put(session.id(), session);
        return offLoop(() -> new Toolbox(root.resolve(session.id()), programs)).transform(made -> {
            if (made.failed()) {
                LOG.error("no session could be made", made.cause());
                session.terminate(clock.instant());
                sessions.remove(session.id());
                return Future.failedFuture(
                        AwsFault.of(500, "InternalServerException", "The session's directory could not be made."));
            }
            session.equip(made.result());
            if (!session.isReady()) {
                remove(session, made.result()); // stopped meanwhile
            }
            return Future.succeededFuture(session);
        });
    }

    private void end(InterpreterSession session) {
        if (session.isReady()) {
            session.terminate(clock.instant());
            session.toolbox().ifPresent(tools -> remove(session, tools));
        }
    }

    private void remove(InterpreterSession session, Toolbox tools) {
        session.going(offLoop(() -> {
            tools.end();
            return null;
        }).<Void>mapEmpty().onFailure(failure -> LOG.warn("the directory of session {} stays behind: {}", session.id(),
                failure.toString())));
    }

    private void forgetOld() {
        long over = sessions.size() - size() - MOST_TERMINATED + 1L;
        Iterator<InterpreterSession> oldest = sessions.values().iterator();
        while (over > 0 && oldest.hasNext()) {
            InterpreterSession session = oldest.next();
            if (!session.isReady()) {
                oldest.remove();
                session.order().clientToken().ifPresent(token -> starts.remove(session.interpreter() + ' ' + token));
                over--;
            }
        }
    }

    private String newId() {
        StringBuilder id = new StringBuilder();
        for (int at = 0; at < ID_LENGTH; at++) {
            id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return id.toString();
    }

    private <T> Future<T> offLoop(Callable<T> work) {
        return OffLoop.call(context, "interpreter-session", work);
    }
}

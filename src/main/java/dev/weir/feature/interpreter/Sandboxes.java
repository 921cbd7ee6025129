package dev.weir.feature.interpreter;

import dev.weir.feature.access.Permit;
import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.feature.interpreter.tool.Interpreters;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.feature.run.RunKind;
import dev.weir.feature.run.RunOrder;
import dev.weir.feature.run.RunQueue.Line;
import dev.weir.feature.run.Runs;
import dev.weir.feature.skill.Skills;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interpreter sessions that users hold, and code of theirs as runs. A session is used by the user who opened it and by nobody else; an owner
 * of the tenant sees it, and can end it.
 */
public final class Sandboxes {
    /** What runs of code have in the place of a skill, and grants name. Their stage is the environment. */
    public static final String SKILL = Skills.CODE_INTERPRETER;

    private static final Logger LOG = LoggerFactory.getLogger(Sandboxes.class);
    private static final String VERSION = "1";

    private final SandboxStore store;
    private final Interpreters interpreters;
    private final Runs runs;
    private final int perUser;
    private final InstantSource clock;

    /**
     * Sessions over a store.
     *
     * @param perUser sessions that a user may hold at a time
     */
    public Sandboxes(SandboxStore store, Interpreters interpreters, Runs runs, int perUser, InstantSource clock) {
        this.store = store;
        this.interpreters = interpreters;
        this.runs = runs;
        this.perUser = perUser;
        this.clock = clock;
    }

    /**
     * Starts a session. Fails with {@code NotFound} for an environment that is not there, {@code Conflict} if the user holds too many, and as
     * {@link Interpreter#start} does.
     */
    public Future<Sandbox> open(Permit permit, Optional<String> name, Optional<String> environment,
            Duration lifetime) {
        String where = environment.orElse(interpreters.usual());
        Interpreter interpreter = interpreters.of(where);
        Instant now = clock.instant();
        String id = Sandbox.newId();
        Sandbox sandbox = new Sandbox(id, permit.tenant(), permit.caller().user(), name.orElse(id), where,
                Optional.empty(), now, now.plus(lifetime));
        return store.add(sandbox, perUser, now).compose(added -> {
            if (!added) {
                throw new ProblemException(new Problem.Conflict(
                        "you hold " + perUser + " sessions; end one first"));
            }
            return interpreter.start(Optional.of(id), lifetime)
                    .onFailure(_ -> store.remove(permit.tenant(), id).onFailure(this::left))
                    .compose(started -> keep(interpreter, sandbox, started.id()));
        });
    }

    private Future<Sandbox> keep(Interpreter interpreter, Sandbox sandbox, String session) {
        return store.started(sandbox.id(), session)
                .onFailure(_ -> interpreter.stop(session).onFailure(this::left))
                .compose(kept -> {
                    if (!kept) { // ended by its owner before it was there
                        return interpreter.stop(session).compose(_ -> Future.failedFuture(gone(sandbox.id())));
                    }
                    return Future.succeededFuture(new Sandbox(sandbox.id(), sandbox.tenant(), sandbox.owner(),
                            sandbox.name(), sandbox.environment(), Optional.of(session), sandbox.createdAt(),
                            sandbox.expiresAt()));
                });
    }

    private void left(Throwable failure) {
        LOG.warn("something of an interpreter session is left until it expires", failure);
    }

    /** Those of the permit's user, of an owner all of the tenant; by id. */
    public Future<List<Sandbox>> list(Permit permit, String after, int limit) {
        return store.list(permit.tenant(), permit.onlyRunsOf(), clock.instant(), after, limit);
    }

    /** Fails with {@code NotFound}, also for what the permit does not show and what has expired. */
    public Future<Sandbox> find(Permit permit, String id) {
        return store.find(permit.tenant(), id).map(found -> found
                .filter(sandbox -> permit.onlyRunsOf().map(sandbox.owner()::equals).orElse(true))
                .filter(sandbox -> sandbox.expiresAt().isAfter(clock.instant()))
                .orElseThrow(() -> gone(id)));
    }

    /** Ends a session and everything in it; fails as {@link #find} does. */
    public Future<Void> end(Permit permit, String id) {
        return find(permit, id).compose(sandbox -> sandbox.session()
                .flatMap(session -> interpreters.find(sandbox.environment()).map(there -> there.stop(session)))
                .orElseGet(Future::succeededFuture)
                .compose(_ -> store.remove(permit.tenant(), id)).mapEmpty());
    }

    /** The session, for its own user to work in; fails as {@link #find} does, and with {@code Conflict} while it is being started. */
    Future<Held> use(Permit permit, String id) {
        return find(permit, id).map(sandbox -> {
            if (!sandbox.owner().equals(permit.caller().user())) {
                throw new ProblemException(new Problem.Forbidden("the session is another user's"));
            }
            return new Held(interpreters.of(sandbox.environment()), sandbox.session().orElseThrow(
                    () -> new ProblemException(new Problem.Conflict("the session is still being started"))));
        });
    }

    /** Fails as {@link #use} does, and changes nothing: before anything is read of a request that wants to. */
    public Future<Void> requireUse(Permit permit, String id) {
        return use(permit, id).mapEmpty();
    }

    /** A session that is there. */
    record Held(Interpreter interpreter, String session) {}

    /**
     * Has code executed in the user's session, as a run; fails as {@link #use} and {@link Runs#order} do.
     *
     * @param timeout of the code; it ends with the session anyhow
     */
    public Future<Runs.Accepted> execute(Permit permit, String id, ToolCall call, Duration timeout,
            Optional<String> key) {
        return use(permit, id).compose(_ -> find(permit, id)).compose(sandbox -> order(permit,
                new CodeOrder(Optional.of(id), sandbox.environment(), call), timeout, key));
    }

    /** Has code executed in a session of its own, which ends with it. */
    public Future<Runs.Accepted> run(Permit permit, Optional<String> environment, ToolCall call, Duration timeout,
            Optional<String> key) {
        String where = environment.orElse(interpreters.usual());
        interpreters.of(where);
        return order(permit, new CodeOrder(Optional.empty(), where, call), timeout, key);
    }

    private Future<Runs.Accepted> order(Permit permit, CodeOrder code, Duration timeout, Optional<String> key) {
        StageRef place = new StageRef(permit.tenant(), SKILL, code.environment());
        return runs.order(permit, new RunOrder(RunKind.CODE, place, VERSION, "api", permit.caller().user(), code.json(),
                timeout, 1, Line.SHORT, clock.instant()), key);
    }

    /** Removes what has expired; to be called now and then. */
    public Future<Integer> sweep(int max) {
        return store.forget(clock.instant(), max);
    }

    private static ProblemException gone(String id) {
        return new ProblemException(new Problem.NotFound("interpreter session", id));
    }
}

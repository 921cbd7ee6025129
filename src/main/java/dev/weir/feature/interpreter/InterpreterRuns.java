package dev.weir.feature.interpreter;

import dev.weir.feature.agent.AgentRuntime;
import dev.weir.feature.agent.AgentSocket;
import dev.weir.feature.interpreter.LocalExecution.Work;
import dev.weir.feature.interpreter.dispatch.DispatchAudits;
import dev.weir.feature.interpreter.dispatch.SkillDispatcher;
import dev.weir.feature.interpreter.tool.Interpreters;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunKind;
import dev.weir.feature.skill.PackageStore;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.kernel.Offload;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Executes runs in interpreter sessions, as a runtime of the run engine. An execution lives in this process: it outlives a connection, not the
 * gateway. What a run is bound to names the sandbox it was executed in, so that whichever gateway finds the run lost can end that one.
 */
public final class InterpreterRuns {
    /** How long an execution goes on without a connection: longer than the run engine tries to get one (runs.lost-after). */
    private static final Duration ALONE = Duration.ofMinutes(3);

    private final Map<RunKind, Function<Run, Work>> works;
    private final Interpreters interpreters;
    private final Map<String, LocalExecution> executions = new ConcurrentHashMap<>();

    InterpreterRuns(Map<RunKind, Function<Run, Work>> works, Interpreters interpreters) {
        this.works = Map.copyOf(works);
        this.interpreters = interpreters;
    }

    /** Where code of skills comes from, and where it is accounted for that it was dispatched. */
    public record Dispatching(SkillCatalog catalog, PackageStore packages, SkillDispatcher dispatcher,
            DispatchAudits audits) {
        private Work work(Run run, String environment) {
            return new DispatchWork(run, environment, new DeployedBundle(run.order(), catalog, packages), dispatcher,
                    audits);
        }
    }

    /**
     * What executes runs of callers' code and of skills.
     *
     * @param offload where may be waited for readers
     */
    public static InterpreterRuns over(Interpreters interpreters, SandboxStore sandboxes, Dispatching skills,
            Offload offload) {
        return new InterpreterRuns(Map.of(
                RunKind.CODE, run -> new CodeWork(run.order(), interpreters, sandboxes, offload),
                RunKind.DISPATCH, run -> skills.work(run, interpreters.usual()),
                RunKind.DISPATCH_APART, run -> skills.work(run, interpreters.usual())), interpreters);
    }

    /** What executes {@code run}, which is of a kind for an interpreter. */
    public AgentRuntime of(Run run) {
        return new Doorway(run);
    }

    /** Ends all of them; completes when their sessions are let go of. */
    public Future<Void> stop() {
        List<Future<Void>> last = executions.values().stream().map(LocalExecution::stop).toList();
        return Future.join(last).mapEmpty();
    }

    /** One that a user holds is not ours to end. */
    private Future<Void> end(Boot boot) {
        return boot.lent()
                ? interpreters.find(boot.environment()).map(where -> where.stop(boot.session()))
                        .orElseGet(Future::succeededFuture)
                : Future.succeededFuture();
    }

    private final class Doorway implements AgentRuntime {
        private final Run run;
        /** Whether the run may be bound to an execution here by now: then it is that one or none. */
        private volatile boolean opened;

        Doorway(Run run) {
            this.run = run;
        }

        @Override
        public Future<AgentSocket> open(String session) {
            boolean bound = opened || run.claim().microVm().isPresent();
            LocalExecution execution = bound
                    ? executions.get(session)
                    : executions.computeIfAbsent(session, this::begin);
            if (execution == null) { // it was executed by a gateway that is gone
                return Future.succeededFuture(
                        new LocalSocket("gone-" + session, new LocalExecution(session, _ -> null), () -> {}));
            }
            return execution.boot().onFailure(_ -> executions.remove(session, execution)).map(boot -> {
                opened = true;
                execution.connected();
                return new LocalSocket(boot, execution, () -> left(session, execution));
            });
        }

        private LocalExecution begin(String session) {
            LocalExecution execution = new LocalExecution(session, works.get(run.order().kind()).apply(run));
            execution.begin();
            return execution;
        }

        private void left(String session, LocalExecution execution) {
            int disconnection = execution.disconnected();
            CompletableFuture.delayedExecutor(ALONE.toMillis(), TimeUnit.MILLISECONDS).execute(() -> {
                if (execution.isAlone(disconnection) && executions.remove(session, execution)) {
                    var _ = execution.stop();
                }
            });
        }

        @Override
        public Future<Void> stop(String session) {
            LocalExecution execution = executions.remove(session);
            return execution != null
                    ? execution.stop()
                    : run.claim().microVm().flatMap(Boot::parse).map(InterpreterRuns.this::end)
                            .orElseGet(Future::succeededFuture);
        }
    }
}

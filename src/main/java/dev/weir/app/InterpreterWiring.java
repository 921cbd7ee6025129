package dev.weir.app;

import dev.weir.config.InterpreterConfig;
import dev.weir.edge.http.Features;
import dev.weir.feature.agent.AgentRuntime;
import dev.weir.feature.interpreter.InterpreterRuns;
import dev.weir.feature.interpreter.SandboxFiles;
import dev.weir.feature.interpreter.Sandboxes;
import dev.weir.feature.interpreter.dispatch.DispatchAudits;
import dev.weir.feature.interpreter.dispatch.SkillDispatcher;
import dev.weir.feature.interpreter.pool.InterpreterPool;
import dev.weir.feature.interpreter.pool.PoolSettings;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunKind;
import dev.weir.feature.run.Runs;
import dev.weir.kernel.Offload;
import dev.weir.worker.InterpreterVerticle;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What executes in code interpreters: sandboxes of users, and runs, some of them in warm sessions. */
final class InterpreterWiring {
    private static final Logger LOG = LoggerFactory.getLogger(InterpreterWiring.class);
    private static final Duration PRUNE_EVERY = Duration.ofSeconds(30);
    private static final int AT_ONCE = 1000;
    /** As the seed keeps its audit rows (feature S3-52). */
    private static final Duration ACCOUNTED_FOR = Duration.ofDays(30);
    /** In a closing gateway, for sessions to be ended. */
    private static final long FAREWELL_SECONDS = 60;

    private final InstantSource clock;
    private final AgentRuntime microVms;
    private final InterpreterPool pool;
    private final Sandboxes sandboxes;
    private final SandboxFiles files;
    private final InterpreterRuns runs;
    private final DispatchAudits audits;

    InterpreterWiring(InterpreterConfig config, Platform platform, Runs runs, Offload offload, InstantSource clock,
            MeterRegistry registry) {
        Platform.AgentCore agentcore = platform.agentcore();
        PoolSettings usual = PoolSettings.DEFAULT;
        this.clock = clock;
        this.microVms = agentcore.runtime();
        PoolMeters meters = new PoolMeters(registry);
        this.pool = new InterpreterPool(agentcore.interpreters()::of, new PoolSettings(config.warm(),
                config.idleTimeout(), config.lifetime(), usual.margin(),
                Math.max(usual.limit(), config.warm()), usual.drain()), System::nanoTime, meters);
        meters.watch(pool);
        this.sandboxes = new Sandboxes(agentcore.sandboxes(), agentcore.interpreters(), runs,
                config.sessionsPerUser(), clock);
        this.files = new SandboxFiles(sandboxes, config.maxFileBytes());
        this.runs = InterpreterRuns.over(agentcore.interpreters(), agentcore.sandboxes(),
                new InterpreterRuns.Dispatching(platform.catalog(), platform.packages().store(),
                        new SkillDispatcher(pool, System::nanoTime), agentcore.dispatches()),
                offload);
        this.audits = agentcore.dispatches();
    }

    Features.Interpreting features() {
        return new Features.Interpreting(sandboxes, files, pool, audits);
    }

    /** Where a run executes. */
    AgentRuntime runtime(Run run) {
        return run.order().kind() == RunKind.HANDLER ? microVms : runs.of(run);
    }

    InterpreterVerticle tending() {
        return new InterpreterVerticle(pool, this::forget, PRUNE_EVERY);
    }

    /** What expired, and what was accounted for long enough. */
    private Future<?> forget() {
        return sandboxes.sweep(AT_ONCE).compose(_ -> audits.forget(clock.instant().minus(ACCOUNTED_FOR), AT_ONCE));
    }

    /** Ends executions and warm sessions; those of users go on. Blocks, but not long. */
    void stop() {
        try {
            runs.stop().compose(_ -> pool.close()).await(FAREWELL_SECONDS, TimeUnit.SECONDS);
        } catch (Exception late) {
            LOG.warn("interpreter sessions were not all ended; they end with their lifetime", late);
        }
    }
}

package dev.weir.feature.run;

import dev.weir.feature.env.EnvCurator;
import dev.weir.feature.run.RunQueue.Leased;
import dev.weir.feature.secret.SecretRef;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.InputCheck;
import dev.weir.feature.skill.Stage;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Redacted;
import dev.weir.kernel.TenantId;
import dev.weir.wire.env.EnvFilter;
import dev.weir.wire.runner.GatewayFrame.Start;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts together what an execution needs beyond the run's record: code, environment, secrets. Blocking. */
final class RunJobs {
    private static final Logger LOG = LoggerFactory.getLogger(RunJobs.class);
    private static final Duration PACKAGE_URL_VALIDITY = Duration.ofHours(1);

    private final RunExecutor.Code code;
    private final RunQueue queue;
    private final RunGate gate;
    private final Duration cancelGrace;
    private final InstantSource clock;

    RunJobs(RunExecutor.Code code, RunQueue queue, RunGate gate, Duration cancelGrace, InstantSource clock) {
        this.code = code;
        this.queue = queue;
        this.gate = gate;
        this.cancelGrace = cancelGrace;
        this.clock = clock;
    }

    /** The run cannot be tried, now or later. */
    static final class Impossible extends Exception {
        private static final long serialVersionUID = 1L;

        private Impossible(String message) {
            super(message, null, false, false);
        }
    }

    /** The AgentCore session of an attempt. */
    static String session(Run run) {
        return "weir-" + run.id() + "-" + run.attempt();
    }

    RunJob job(Run run, Leased message) throws Impossible {
        return run.order().kind().isOfSkill() ? skill(run, message) : code(run, message);
    }

    /** All there is to say of a caller's own code is in its input. */
    private RunJob code(Run run, Leased message) {
        return new RunJob(session(run), start(run, "", "", Map.of()), List.of(), () -> "", keeper(run, message));
    }

    private RunJob skill(Run run, Leased message) throws Impossible {
        Optional<Deployment> deployment = code.catalog().deployment(run.order().stage(), run.order().version()).await();
        Optional<Stage> stage = code.catalog().stage(run.order().stage()).await();
        if (deployment.isEmpty() || stage.isEmpty()) {
            throw new Impossible("the deployment this run was accepted for is gone");
        }
        if (!run.order().isFor(stage.get())) {
            throw new Impossible("the stage was made anew since this run was accepted");
        }
        String digest = deployment.get().digest();
        EnvCurator.Curated curated = environment(run, stage.get());
        return new RunJob(session(run), start(run, digest, deployment.get().metadata().handler(), curated.env()),
                curated.stripped(), () -> code.packages().downloadUrl(digest, PACKAGE_URL_VALIDITY),
                keeper(run, message));
    }

    private Start start(Run run, String digest, String handler, Map<String, String> env) {
        return new Start(digest, handler, InputCheck.read(run.order().input()), env,
                run.order().timeout().toMillis(), cancelGrace.toMillis());
    }

    private Consumer<Instant> keeper(Run run, Leased message) {
        return until -> {
            gate.keep(run); // never fails: first, so that the other's failure does not cost the share
            queue.extend(message.receipt(), until).await();
        };
    }

    /** A secret that is not there fails the run: a handler that silently lacks a variable is worse (feature S0-51). */
    private EnvCurator.Curated environment(Run run, Stage stage) throws Impossible {
        Map<String, String> wanted = new TreeMap<>(stage.settings().env());
        Set<String> used = new TreeSet<>();
        for (SecretRef ref : stage.settings().secretRefs()) {
            if (EnvFilter.rule(ref.env()).isPresent()) {
                wanted.put(ref.env(), ""); // will be stripped, and so listed: its value is nobody's business
            } else {
                wanted.put(ref.env(), reveal(stage.ref().tenant(), ref.secretId()).reveal());
                used.add(ref.secretId());
            }
        }
        if (!used.isEmpty()) {
            note(run, stage.ref().tenant(), used);
        }
        return EnvCurator.curate(wanted);
    }

    private Redacted reveal(TenantId tenant, String id) throws Impossible {
        try {
            return code.secrets().reveal(tenant, id).await()
                    .orElseThrow(() -> new Impossible(
                            "a secret that the stage refers to is not there; its owner sees which by a check"));
        } catch (ProblemException failed) {
            if (failed.problem() instanceof Problem.Unprocessable) {
                throw new Impossible("a secret of the stage cannot be read; its owner must store its value again");
            }
            throw failed;
        }
    }

    /** Who used what is for people; a run does not fail for it. */
    private void note(Run run, TenantId tenant, Set<String> ids) {
        Instant now = clock.instant();
        try {
            code.secrets().used(tenant, ids, run.id().value(), now).await();
        } catch (RuntimeException failure) {
            LOG.atWarn().addKeyValue("run", run.id()).setCause(failure).log("the use of secrets was not recorded");
        }
    }

}

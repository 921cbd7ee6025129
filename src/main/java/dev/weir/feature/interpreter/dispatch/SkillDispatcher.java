package dev.weir.feature.interpreter.dispatch;

import dev.weir.feature.interpreter.pool.InterpreterPool;
import dev.weir.feature.interpreter.pool.Lease;
import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs skills in pooled sessions. Blocks: meant for virtual threads. Usable by many at a time. */
public final class SkillDispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(SkillDispatcher.class);
    /** Of a session's life, besides the skill's own time: for files that go up and down. */
    private static final Duration AROUND = Duration.ofMinutes(1);
    /** A warm session that nobody has used for so long is asked for before it is relied upon. */
    private static final Duration TRUSTED = Duration.ofMinutes(1);
    /** Whether a session is there: a look-up, which has to be quick to be worth it. */
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
    private static final int MAX_ATTEMPTS = 10;

    private final InterpreterPool pool;
    private final LongSupplier nanos;

    /** @param nanos a monotonic clock, such as {@code System::nanoTime} */
    public SkillDispatcher(InterpreterPool pool, LongSupplier nanos) {
        this.pool = pool;
        this.nanos = nanos;
    }

    /** The hash of the only code that is ever sent. */
    public static String templateSha256() {
        return Template.SHA256;
    }

    /**
     * Runs a skill. Checks the depth, then the budget, counts the call, loads the bundle, gets a session, and only then has anything to do with
     * it; each failure, of whatever kind, is a result and is audited. Throws nothing but errors.
     */
    public DispatchResult dispatch(DispatchOrder order, Counters counters, DispatchEvents events) {
        long began = nanos.getAsLong();
        Course course = new Course(events);
        Optional<String> output = Optional.empty();
        Optional<DispatchResult.Failure> failure = Optional.empty();
        try {
            counters.count();
            Bundle bundle = load(order);
            course.bundleDigest = Optional.of(bundle.digest());
            output = Optional.of(inSession(order, bundle, course));
        } catch (DispatchFailure expected) {
            failure = Optional.of(expected.failure());
        } catch (CancellationException _) {
            failure = Optional.of(DispatchFailure.cancelled().failure());
        } catch (ProblemException known) {
            failure = Optional.of(DispatchFailure.of(known.problem()).failure());
        } catch (Exception unexpected) {
            if (unexpected instanceof InterruptedException) { // undeclared, as futures throw it that are waited for
                Thread.currentThread().interrupt();
            }
            LOG.atError().addKeyValue("tenant", order.key().tenant()).addKeyValue("skill", order.slug())
                    .setCause(unexpected).log("a dispatch failed");
            failure = Optional.of(DispatchFailure.of(ProblemException.problemOf(unexpected)).failure());
        }
        DispatchResult result = new DispatchResult(output, failure, course.stdout().output(),
                course.stderr().output(), Duration.ofNanos(nanos.getAsLong() - began), Template.SHA256,
                Template.sha256(order.args()));
        audit(order, course, result);
        return result;
    }

    private static Bundle load(DispatchOrder order) throws DispatchFailure {
        Optional<Bundle> bundle;
        try {
            bundle = order.bundles().load(order.key().tenant(), order.slug());
        } catch (ProblemException known) {
            if (!(known.problem() instanceof Problem.NotFound)) {
                throw known;
            }
            bundle = Optional.empty();
        }
        return bundle.orElseThrow(() -> new DispatchFailure(ErrorKind.NOT_FOUND, "there is no such skill"));
    }

    private String inSession(DispatchOrder order, Bundle bundle, Course course) throws DispatchFailure {
        Duration needs = bundle.effectiveTimeout().plus(AROUND);
        for (int attempt = 1;; attempt++) {
            try (HeldLease held = HeldLease.acquire(pool, order.key(), needs, order.cancelled())) {
                if (attempt < MAX_ATTEMPTS && isDead(held.lease(), order.cancelled())) {
                    continue;
                }
                course.session = Optional.of(held.lease().session());
                try (SkillRun run = new SkillRun(new ToolCaller(held.lease(), order.cancelled()), order, bundle,
                        course)) {
                    run.install(); // no execution yet, so none of the run's time
                    return run.execute(course.events().begin(held.lease().session()));
                }
            }
        }
    }

    /** Whether the service has ended it meanwhile; such a one is not lent again. Fails if it cannot be told: nothing has begun. */
    private static boolean isDead(Lease lease, Future<?> cancelled) throws DispatchFailure {
        if (lease.unused().compareTo(TRUSTED) < 0) {
            return false;
        }
        CompletableFuture<Boolean> ready = new CompletableFuture<>();
        lease.interpreter().find(lease.session()).map(Interpreter.Session::ready)
                .recover(failure -> isNotFound(failure)
                        ? Future.succeededFuture(false)
                        : Future.failedFuture(failure))
                .onSuccess(ready::complete).onFailure(ready::completeExceptionally);
        cancelled.onComplete(_ -> ready.completeExceptionally(new CancellationException()));
        boolean isReady = answer(ready);
        if (!isReady) {
            lease.spoil("it was not there any more");
        }
        return !isReady;
    }

    private static boolean isNotFound(Throwable failure) {
        return ProblemException.problemOf(failure) instanceof Problem.NotFound;
    }

    private static boolean answer(CompletableFuture<Boolean> ready) throws DispatchFailure {
        try {
            return ready.get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw DispatchFailure.of(ProblemException.problemOf(failed.getCause()));
        } catch (TimeoutException _) {
            throw DispatchFailure.of(new Problem.UpstreamTimeout("the code interpreter"));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw DispatchFailure.cancelled();
        }
    }

    private static void audit(DispatchOrder order, Course course, DispatchResult result) {
        DispatchAudit audit = new DispatchAudit(order.key(), order.slug(), result.status(), result.failure(),
                result.took(), course.session, course.bundleDigest, result.templateSha256(), result.argsSha256());
        try {
            course.events().audit(audit);
        } catch (Exception failed) {
            if (failed instanceof InterruptedException) { // undeclared, too
                Thread.currentThread().interrupt();
            }
            LOG.atError().addKeyValue("tenant", order.key().tenant()).addKeyValue("skill", order.slug())
                    .setCause(failed).log("a dispatch was not audited");
        }
    }
}

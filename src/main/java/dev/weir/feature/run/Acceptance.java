package dev.weir.feature.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.feature.run.RunQueue.Line;
import dev.weir.feature.run.RunStore.Created;
import dev.weir.feature.run.RunStore.IdempotencyKey;
import dev.weir.feature.run.Runs.Accepted;
import dev.weir.feature.run.Runs.Trigger;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.InputCheck;
import dev.weir.feature.skill.Stage;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** From a request that its caller may make to a run in the queue. */
final class Acceptance {
    /** Longer than {@link Refusals} goes on trying. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Runs.Ports ports;
    private final InputCheck inputs;
    private final Hints hints;
    private final InstantSource clock;
    private final Refusals refusals;

    Acceptance(Runs.Ports ports, InputCheck inputs, Hints hints, InstantSource clock) {
        this.ports = ports;
        this.inputs = inputs;
        this.hints = hints;
        this.clock = clock;
        this.refusals = new Refusals(ports.store(), hints, clock);
    }

    /**
     * The run that the key stands for: a repetition is answered with it whatever its stage, schema or plan say by now. Fails with
     * {@code Unprocessable} if the key was used with another request; empty if it is free.
     */
    Future<Optional<Accepted>> replay(TenantId tenant, Optional<IdempotencyKey> key) {
        return key.map(given -> ports.store().replay(tenant, given))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                .map(known -> known.map(Acceptance::replayed));
    }

    private static Accepted replayed(Created known) {
        return switch (known) {
            case Created.Replayed replayed -> new Accepted(replayed.run(), true);
            case Created.New fresh -> new Accepted(fresh.run(), false);
            case Created.KeyReused _ -> throw new ProblemException(new Problem.Unprocessable(
                    "this Idempotency-Key was used with another request in the last 24 hours"));
        };
    }

    /** As {@link Runs#invoke} and {@link Runs#launch} promise. */
    Future<Accepted> accept(Stage stage, Deployment deployment, JsonNode input, Trigger trigger) {
        return inputs.check(deployment, input).compose(violations -> {
            if (!violations.isEmpty()) {
                throw new ProblemException(
                        new Problem.Invalid("the input does not satisfy the skill's input schema", violations));
            }
            Instant now = later(clock.instant(), stage.createdAt());
            RunOrder order = new RunOrder(kind(stage), stage.ref(), deployment.version(), trigger.source(),
                    trigger.invokedBy(),
                    input.toString(), stage.settings().timeout(), stage.settings().maxAttempts(),
                    stage.settings().size().isLong() ? Line.LONG : Line.SHORT, now);
            return accept(order, trigger.key(), trigger.patient());
        });
    }

    /** Writes the run as queued, and offers it to the queue. */
    Future<Accepted> accept(RunOrder order, Optional<IdempotencyKey> key, boolean patient) {
        return ports.store().create(RunId.create(order.createdAt()), order, key)
                .compose(created -> created instanceof Created.New fresh
                        ? queue(fresh.run(), patient)
                        : Future.succeededFuture(replayed(created)));
    }

    private static RunKind kind(Stage stage) {
        return switch (stage.settings().runsIn()) {
            case AGENT -> RunKind.HANDLER;
            case INTERPRETER -> RunKind.DISPATCH;
            case INTERPRETER_PROCESS -> RunKind.DISPATCH_APART;
        };
    }

    private Future<Accepted> queue(Run run, boolean patient) {
        return patient ? offer(run) : offer(run).recover(refused -> refuse(run, refused));
    }

    /** Puts a run that waits into the queue, which changes nothing if it is there; fails as {@link RunQueue#offer} does. */
    Future<Accepted> offer(Run run) {
        return ports.queue().offer(run.id(), run.order().place()).map(_ -> {
            hints.queued();
            return new Accepted(run, false);
        });
    }

    /** Whatever becomes of the run, its caller is told of it by its id; only one that is accepted all the same is no refusal. */
    private Future<Accepted> refuse(Run run, Throwable refused) {
        Problem unavailable = new Problem.Unavailable("the run could not be queued; try again", RETRY_AFTER,
                run.id().value());
        ProblemException answer = new ProblemException(unavailable, refused);
        return refusals.end(run.id()).compose(
                ended -> ended ? Future.failedFuture(answer) : standing(run.id(), answer),
                _ -> Future.failedFuture(answer));
    }

    /** Somebody else was faster: it is executed, or cancelled, or was failed. */
    private Future<Accepted> standing(RunId id, ProblemException answer) {
        return ports.store().find(id).transform(found -> {
            Optional<Run> run = found.succeeded() ? found.result() : Optional.empty();
            return run.filter(known -> known.status() != RunStatus.FAILED)
                    .map(known -> Future.succeededFuture(new Accepted(known, false)))
                    .orElseGet(() -> Future.failedFuture(answer));
        });
    }

    /** A stage that was read is older than its run, also by another gateway's clock: {@link RunOrder#isFor}. */
    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}

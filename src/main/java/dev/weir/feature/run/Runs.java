package dev.weir.feature.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.run.RunQueue.Line;
import dev.weir.feature.run.RunStore.Created;
import dev.weir.feature.run.RunStore.IdempotencyKey;
import dev.weir.feature.run.RunStore.RunFilter;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.run.log.RunLog;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.InputCheck;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.feature.skill.Stage;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Page;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Accepting runs, looking them up, ending them. */
public final class Runs {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final SkillCatalog catalog;
    private final Access access;
    private final Ports ports;
    private final InputCheck inputs;
    private final Hints hints;
    private final InstantSource clock;

    /** What a run is written to. */
    public record Ports(RunStore store, RunQueue queue, RunLog log) {}

    public Runs(SkillCatalog catalog, Access access, Ports ports, InputCheck inputs, Hints hints, InstantSource clock) {
        this.catalog = catalog;
        this.access = access;
        this.ports = ports;
        this.inputs = inputs;
        this.hints = hints;
        this.clock = clock;
    }

    /** A stage that may be invoked by the permit's caller, and what would run. */
    public record Target(Permit permit, Stage stage, Deployment deployment) {}

    /**
     * Who or what starts a run.
     *
     * @param source as in {@link RunOrder}
     * @param key makes repetitions answer with the first run
     */
    public record Trigger(String source, String invokedBy, Optional<IdempotencyKey> key) {}

    /** A run that was accepted, now or ({@code replayed}) by an earlier request with the same idempotency key. */
    public record Accepted(Run run, boolean replayed) {}

    /** Where a reader of a run's events starts. */
    public sealed interface Reading {
        /** It has seen the terminal event: there is nothing more, ever. */
        record Over() implements Reading {}

        /** Subscribe after {@code after}. */
        record From(Run run, EventId after) implements Reading {}
    }

    /**
     * The checks that come before a body is looked at: fails with {@code NotFound} (skill or stage), {@code Conflict} (not active),
     * {@code Forbidden} (no grant), in this order.
     */
    public Future<Target> target(Caller caller, String skill, String stage) {
        StageRef ref = new StageRef(caller.tenant(), skill, stage);
        return active(ref).compose(known -> access.invoke(caller, skill)
                .compose(permit -> deployment(known).map(deployment -> new Target(permit, known, deployment))));
    }

    private Future<Stage> active(StageRef ref) {
        return catalog.stage(ref).map(found -> {
            Stage known = found.orElseThrow(() -> absent("stage", ref.stage()));
            if (known.activeVersion().isEmpty()) {
                throw new ProblemException(new Problem.Conflict("the stage has no active deployment"));
            }
            return known;
        });
    }

    private Future<Deployment> deployment(Stage active) {
        String version = active.activeVersion().orElseThrow();
        return catalog.deployment(active.ref(), version)
                .map(found -> found.orElseThrow(() -> absent("deployment", version)));
    }

    /**
     * Accepts a run: validates the input against the frozen schema ({@code Invalid} with every violation, and no run is written), writes
     * it as queued, offers it to the queue ({@code Unavailable} with the run's id if that refuses).
     */
    public Future<Accepted> invoke(Target target, JsonNode input, Optional<String> idempotencyKey) {
        StageRef stage = target.stage().ref();
        String user = target.permit().caller().user();
        return accept(target.stage(), target.deployment(), input, new Trigger("api", user, idempotencyKey.map(
                key -> new IdempotencyKey(key, hash(stage.skill(), stage.stage(), user, input.toString())))));
    }

    /**
     * Starts a run on nobody's call: with the checks and failures of {@link #target} and {@link #invoke}, but without a permit. Whoever
     * calls this has made sure that an owner wants it.
     */
    public Future<Accepted> launch(StageRef ref, JsonNode input, Trigger trigger) {
        return active(ref).compose(stage -> deployment(stage)
                .compose(deployment -> accept(stage, deployment, input, trigger)));
    }

    private Future<Accepted> accept(Stage stage, Deployment deployment, JsonNode input, Trigger trigger) {
        return inputs.check(deployment, input).compose(violations -> {
            if (!violations.isEmpty()) {
                throw new ProblemException(
                        new Problem.Invalid("the input does not satisfy the skill's input schema", violations));
            }
            Instant now = clock.instant();
            RunOrder order = new RunOrder(stage.ref(), deployment.version(), trigger.source(), trigger.invokedBy(),
                    input.toString(), stage.settings().timeout(), stage.settings().maxAttempts(),
                    stage.settings().size().isLong() ? Line.LONG : Line.SHORT, now);
            return ports.store().create(RunId.create(now), order, trigger.key()).compose(this::accept);
        });
    }

    private Future<Accepted> accept(Created created) {
        return switch (created) {
            case Created.New fresh -> ports.queue().offer(fresh.run().id(), fresh.run().order().place()).map(_ -> {
                hints.queued();
                return new Accepted(fresh.run(), false);
            }).recover(refused -> refuse(fresh.run(), refused));
            case Created.Replayed replayed -> Future.succeededFuture(new Accepted(replayed.run(), true));
            case Created.KeyReused _ -> Future.failedFuture(new ProblemException(
                    new Problem.Unprocessable(
                            "this Idempotency-Key was used with another request in the last 24 hours")));
        };
    }

    /** The queue takes nothing: the run must not stay queued for ever. */
    private Future<Accepted> refuse(Run run, Throwable refused) {
        RunError error = new RunError("runtime_error", "the run could not be queued");
        Problem unavailable = new Problem.Unavailable("the run could not be queued; try again", RETRY_AFTER,
                run.id().value());
        return ports.store().finishQueued(run.id(), beforeStart(RunStatus.FAILED, Optional.of(error)))
                .compose(_ -> {
                    hints.ended();
                    return Future.failedFuture(new ProblemException(unavailable, refused));
                });
    }

    /** Fails with {@code NotFound}, also for runs the permit does not open. */
    public Future<Run> find(Permit permit, RunId id) {
        return ports.store().find(id)
                .map(found -> found.filter(run -> opens(permit, run)).orElseThrow(() -> absent("run", id.value())));
    }

    /** The permit's tenant's runs, newest first; a developer's own only (asked for another's, none). */
    public Future<Page<Run>> list(Permit permit, RunFilter filter, Optional<String> cursor, int limit) {
        Optional<String> only = permit.onlyRunsOf();
        if (only.isPresent() && filter.invokedBy().filter(user -> !user.equals(only.get())).isPresent()) {
            return Future.succeededFuture(new Page<>(List.of(), Optional.empty()));
        }
        RunFilter opened = only.map(filter::of).orElse(filter);
        return ports.store().list(permit.tenant(), opened, cursor, limit);
    }

    /** Asks for the run to end; idempotent, no error if it is over. The run as it is now. */
    public Future<Run> cancel(Permit permit, RunId id) {
        return find(permit, id).compose(_ -> ports.store().requestCancel(id, permit.caller().user()))
                .map(found -> found.orElseThrow(() -> absent("run", id.value())))
                .compose(run -> run.status() == RunStatus.QUEUED
                        ? ports.store().finishQueued(id, beforeStart(RunStatus.CANCELLED, Optional.empty()))
                        : Future.succeededFuture(false))
                .compose(ended -> {
                    hints.cancelled(id);
                    if (ended) {
                        hints.ended();
                    }
                    return find(permit, id);
                });
    }

    /** Where to begin; a position that was trimmed fails with {@code Gone}. Other unknown positions are the feed's to answer. */
    public Future<Reading> read(Permit permit, RunId id, EventId after) {
        return find(permit, id).compose(run -> {
            if (run.outcome().filter(outcome -> outcome.eventId().equals(after)).isPresent()) {
                return Future.succeededFuture(new Reading.Over());
            }
            return ports.log().bounds(id).map(bounds -> {
                EventId oldest = bounds.oldest();
                boolean trimmed = (oldest.n() > 1 || oldest.attempt() > 1) && oldest.isAfter(after.next());
                if (trimmed) {
                    throw new ProblemException(new Problem.Gone("the events after this position are not kept any more",
                            oldest.toString()));
                }
                return new Reading.From(run, after);
            });
        });
    }

    private Outcome beforeStart(RunStatus status, Optional<RunError> error) {
        return new Outcome(status, Optional.empty(), error, new EventId(0, 1), clock.instant(), Duration.ZERO);
    }

    private static boolean opens(Permit permit, Run run) {
        return permit.opensRun(run.order().stage().tenant(), run.id().value(), run.order().invokedBy());
    }

    /** What a request is known by when its key comes again. */
    static String hash(String... parts) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static ProblemException absent(String kind, String id) {
        return new ProblemException(new Problem.NotFound(kind, id));
    }
}

package dev.weir.feature.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
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
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Accepting runs, looking them up, ending them. */
public final class Runs {
    private final SkillCatalog catalog;
    private final Access access;
    private final Ports ports;
    private final Hints hints;
    private final InstantSource clock;
    private final Acceptance acceptance;

    /** What a run is written to. */
    public record Ports(RunStore store, RunQueue queue, RunLog log) {}

    public Runs(SkillCatalog catalog, Access access, Ports ports, InputCheck inputs, Hints hints, InstantSource clock) {
        this.catalog = catalog;
        this.access = access;
        this.ports = ports;
        this.hints = hints;
        this.clock = clock;
        this.acceptance = new Acceptance(ports, inputs, hints, clock);
    }

    /** A stage that may be invoked by the permit's caller, and what would run. */
    public record Target(Permit permit, Stage stage, Deployment deployment) {}

    /**
     * Who or what starts a run.
     *
     * @param source as in {@link RunOrder}
     * @param key makes repetitions answer with the first run
     * @param patient whether the run goes on waiting if the queue takes nothing; else it is failed, for its caller asks again
     */
    public record Trigger(String source, String invokedBy, Optional<IdempotencyKey> key, boolean patient) {}

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
     * Accepts a run: answers a key that was used ({@link #replay}), validates the input against the frozen schema ({@code Invalid} with
     * every violation, and no run is written), writes it as queued, offers it to the queue ({@code Unavailable} with the run's id if that
     * refuses: the run is ended then, its key is free again, and to ask once more is right). If the record could not be changed either, the
     * run of that id stays queued and is executed later, unless it is ended within seconds; its key stands for it all the while.
     */
    public Future<Accepted> invoke(Target target, JsonNode input, Optional<String> idempotencyKey) {
        StageRef stage = target.stage().ref();
        String user = target.permit().caller().user();
        Optional<IdempotencyKey> key = idempotencyKey.map(
                name -> new IdempotencyKey(name, hash(stage.skill(), stage.stage(), user, input.toString())));
        return replay(stage.tenant(), key).compose(first -> first.map(Future::succeededFuture)
                .orElseGet(() -> acceptance.accept(target.stage(), target.deployment(), input,
                        new Trigger("api", user, key, false))));
    }

    /**
     * Starts a run on nobody's call: with the checks and failures of {@link #target} and {@link #invoke}, but without a permit. Whoever
     * calls this has made sure that an owner wants it.
     */
    public Future<Accepted> launch(StageRef ref, JsonNode input, Trigger trigger) {
        return active(ref).compose(stage -> deployment(stage)
                .compose(deployment -> acceptance.accept(stage, deployment, input, trigger)));
    }

    /**
     * Accepts a run of no skill, with the failures of {@link #invoke}. Whoever calls this has checked what is ordered.
     *
     * @param permit whose user and tenant the order names
     */
    public Future<Accepted> order(Permit permit, RunOrder order, Optional<String> idempotencyKey) {
        if (!order.stage().tenant().equals(permit.tenant()) || !order.invokedBy().equals(permit.caller().user())) {
            throw new IllegalArgumentException("the order is not the permit's caller's");
        }
        Optional<IdempotencyKey> key = idempotencyKey.map(name -> new IdempotencyKey(name, hash(order.stage().skill(),
                order.stage().stage(), order.invokedBy(), order.timeout().toString(), order.input())));
        return replay(permit.tenant(), key).compose(first -> first.map(Future::succeededFuture)
                .orElseGet(() -> acceptance.accept(order, key, false)));
    }

    /**
     * What a key that was used is answered with, whatever its stage says by now. Fails with {@code Unprocessable} if it was used with another
     * request; empty if it is free.
     */
    Future<Optional<Accepted>> replay(TenantId tenant, Optional<IdempotencyKey> key) {
        return acceptance.replay(tenant, key);
    }

    /** Offers a run that waits to the queue once more. Fails with {@code Unavailable} if that takes nothing; then it still waits. */
    Future<Accepted> offer(Run waiting) {
        return acceptance.offer(waiting);
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
                        ? ports.store().finishQueued(id, cancelled())
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

    private Outcome cancelled() {
        return new Outcome(RunStatus.CANCELLED, Optional.empty(), Optional.empty(), new EventId(0, 1), clock.instant(),
                Duration.ZERO);
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

package dev.weir.feature.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.feature.run.RunStore.IdempotencyKey;
import dev.weir.feature.run.Runs.Trigger;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.schedule.Launcher;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.Violation;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Runs that their stage's schedule starts. The key of a time is the idempotency key of its run, with the same request hash for all: the time
 * says all there is to say, and a repetition is answered with the run even if the stage's version, schema or plan changed in between.
 *
 * <p>If the queue takes nothing, the run exists and waits: to launch it again offers it again, and later {@link Strays} does. So no time is
 * lost, and that others filled the queue counts nothing against the schedule.
 */
public final class ScheduledRuns implements Launcher {
    /** The source of such runs, and who invoked them if nobody did. */
    static final String SCHEDULE = "schedule";

    private static final int MOST_VIOLATIONS = 3;
    /** As exact with numbers as what reads the bodies of requests. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final Runs runs;
    private final RunStore store;
    private final SkillCatalog catalog;

    public ScheduledRuns(Runs runs, RunStore store, SkillCatalog catalog) {
        this.runs = runs;
        this.store = store;
        this.catalog = catalog;
    }

    @Override
    public Future<Launched> launch(StageRef stage, Plan plan, String key) {
        return store.byKey(stage.tenant(), key).compose(known -> known.map(this::known)
                .orElseGet(() -> planned(stage, plan, key)));
    }

    @Override
    public Future<Optional<RunId>> find(StageRef stage, String key) {
        return store.byKey(stage.tenant(), key).map(known -> known.map(Run::id));
    }

    /** If it waits, that may be because the queue took nothing when it was made. */
    private Future<Launched> known(Run run) {
        Launched started = new Launched.Started(run.id());
        return run.status() == RunStatus.QUEUED
                ? runs.offer(run).map(started)
                : Future.succeededFuture(started);
    }

    private Future<Launched> planned(StageRef stage, Plan plan, String key) {
        return catalog.stage(stage).compose(found -> {
            Optional<Plan> current = found.flatMap(each -> each.settings().plan());
            return current.equals(Optional.of(plan))
                    ? start(stage, plan, key)
                    : Future.succeededFuture(new Launched.Superseded(current));
        });
    }

    private Future<Launched> start(StageRef stage, Plan plan, String key) {
        Trigger trigger = new Trigger(SCHEDULE, SCHEDULE, Optional.of(new IdempotencyKey(key, SCHEDULE)), true);
        return runs.launch(stage, input(plan), trigger)
                .<Launched>map(accepted -> new Launched.Started(accepted.run().id()))
                .recover(ScheduledRuns::refused);
    }

    /** The input of a plan, which was JSON when it was saved. */
    static JsonNode input(Plan plan) {
        try {
            return JSON.readTree(plan.input());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a plan's input is not JSON"); // the cause would quote it
        }
    }

    /** What will be the same at the next try is a refusal. */
    private static Future<Launched> refused(Throwable failure) {
        Optional<Launched> refusal = failure instanceof ProblemException known
                ? switch (known.problem()) {
                    case Problem.Invalid invalid -> Optional.of(new Launched.Refused(detail(invalid)));
                    case Problem.Conflict conflict -> Optional.of(new Launched.Refused(conflict.detail()));
                    case Problem.NotFound absent -> Optional.of(new Launched.Refused(absent.detail()));
                    default -> Optional.empty();
                }
                : Optional.empty();
        return refusal.map(Future::succeededFuture).orElseGet(() -> Future.failedFuture(failure));
    }

    private static String detail(Problem.Invalid invalid) {
        return invalid.violations().stream().limit(MOST_VIOLATIONS).map(ScheduledRuns::text)
                .collect(Collectors.joining("; ", invalid.detail() + ": ", ""));
    }

    private static String text(Violation violation) {
        return violation.pointer().isEmpty() ? violation.message() : violation.pointer() + " " + violation.message();
    }

    /**
     * A run that somebody cancelled counts as fine: that it ended early is what a person wanted, and no reason to stop the schedule. One that
     * a quota throttled counts as failed: it did not do what it was for.
     */
    @Override
    public Future<Standing> standing(RunId id) {
        return store.find(id).map(found -> found.map(Run::status).map(status -> switch (status) {
            case QUEUED, RUNNING -> Standing.UNDER_WAY;
            case SUCCEEDED, CANCELLED -> Standing.FINE;
            case FAILED, TIMED_OUT, THROTTLED -> Standing.FAILED;
        }).orElse(Standing.FINE));
    }
}

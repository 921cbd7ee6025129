package dev.weir.feature.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.weir.feature.schedule.Schedule;
import dev.weir.feature.schedule.Ticker;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.webhook.Subscription;
import dev.weir.feature.webhook.Webhooks;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/** Tells those who subscribed to a stage what became of its runs and its schedule. Saying something again changes nothing. */
public final class Announcements implements Ticker.Notices {
    /** Of an output, in UTF-8; a larger one has to be fetched. */
    static final int MAX_OUTPUT_BYTES = 64 * 1024;
    private static final String PAUSED = "schedule.paused";
    /** Hexadecimal digits of a hash, enough that no two pauses share them. */
    private static final int DIGITS = 32;

    private final SkillCatalog catalog;
    private final Webhooks webhooks;

    public Announcements(SkillCatalog catalog, Webhooks webhooks) {
        this.catalog = catalog;
        this.webhooks = webhooks;
    }

    /**
     * Announces a run that is over, if its stage still is and wants to hear of such ends; one that was made anew under the same name is
     * another stage, whose webhook has nothing to do with the run. Completes once the delivery is durable, not when it
     * has arrived.
     */
    public Future<Void> announce(Run run) {
        StageRef stage = run.order().stage();
        String type = "run." + run.status().wireName();
        return subscription(stage, type, run.order()::isFor).compose(found -> found
                .map(wanted -> webhooks.announce(wanted.endpoint(stage), run.id(), type, data(run)).<Void>mapEmpty())
                .orElseGet(Future::succeededFuture));
    }

    /** Announces that the stage stops to run by itself, once for each time that it does. */
    @Override
    public Future<Void> paused(Schedule schedule, String reason) {
        StageRef stage = schedule.stage();
        String id = "paused_" + Runs.hash(stage.tenant().value(), stage.skill(), stage.stage(),
                schedule.state().last().toString()).substring(0, DIGITS);
        String data = place(stage).put("reason", reason).put("cron", schedule.plan().cron())
                .put("timezone", schedule.plan().zone()).toString();
        return subscription(stage, PAUSED, _ -> true).compose(found -> found
                .map(wanted -> webhooks.announce(wanted.endpoint(stage), id, PAUSED, data).<Void>mapEmpty())
                .orElseGet(Future::succeededFuture));
    }

    private Future<Optional<Subscription>> subscription(StageRef stage, String type, Predicate<Stage> meant) {
        return catalog.stage(stage).map(found -> found.filter(meant).flatMap(each -> each.settings().webhook())
                .filter(each -> each.events().contains(type)));
    }

    private static ObjectNode place(StageRef stage) {
        return JsonNodeFactory.instance.objectNode().put("skill", stage.skill()).put("stage", stage.stage());
    }

    private static String data(Run run) {
        RunOrder order = run.order();
        Outcome end = run.outcome().orElseThrow(() -> new IllegalArgumentException("the run is not over"));
        ObjectNode data = place(order.stage())
                .put("run_id", run.id().value())
                .put("version", order.version())
                .put("source", order.source())
                .put("status", run.status().wireName())
                .put("attempt", run.attempt())
                .put("created_at", order.createdAt().toString())
                .put("started_at", run.startedAt().map(Instant::toString).orElse(null))
                .put("finished_at", end.finishedAt().toString())
                .put("billable_ms", end.billable().toMillis());
        end.error().ifPresentOrElse(
                error -> data.putObject("error").put("kind", error.kind()).put("message", error.message()),
                () -> data.putNull("error"));
        putOutput(data, end.output());
        return data.toString();
    }

    private static void putOutput(ObjectNode data, Optional<String> output) {
        boolean large = output.filter(text -> text.length() > MAX_OUTPUT_BYTES
                || text.getBytes(StandardCharsets.UTF_8).length > MAX_OUTPUT_BYTES).isPresent();
        if (large || output.isEmpty()) {
            data.putNull("output");
        } else {
            data.putRawValue("output", new RawValue(output.get()));
        }
        if (large) {
            data.put("output_omitted", true);
        }
    }
}

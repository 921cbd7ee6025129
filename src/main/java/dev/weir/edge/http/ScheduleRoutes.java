package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.run.ScheduleDesk;
import dev.weir.feature.run.ScheduleDesk.Outlook;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.schedule.Schedule;
import dev.weir.kernel.Caller;
import dev.weir.observe.Meters;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** {@code .../schedule}: when a stage runs by itself, how that goes, and a run of it now. */
final class ScheduleRoutes {
    private static final String SCHEDULE = "/v1/skills/{skill}/stages/{stage}/schedule";

    private final Access access;
    private final ScheduleDesk desk;
    private final Meters meters;
    private final LimitHeaders limits;

    ScheduleRoutes(Access access, ScheduleDesk desk, Meters meters, LimitHeaders limits) {
        this.access = access;
        this.desk = desk;
        this.meters = meters;
        this.limits = limits;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.GET, SCHEDULE, this::find);
        mount.secured(HttpMethod.POST, SCHEDULE + "/run-now", this::runNow);
        mount.secured(HttpMethod.POST, SCHEDULE + "/resume", this::resume);
    }

    private Future<Void> find(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return desk.outlook(owner, Path.id(ctx, "skill"), Path.id(ctx, "stage"))
                .compose(outlook -> Reply.json(ctx, 200, document(outlook)));
    }

    private Future<Void> runNow(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        Optional<String> key = Invocation.idempotencyKey(ctx);
        return desk.runNow(owner, Path.id(ctx, "skill"), Path.id(ctx, "stage"), key).compose(accepted -> {
            meters.runAccepted(accepted.replayed());
            ctx.response().putHeader("Location", "/v1/runs/" + accepted.run().id());
            if (accepted.replayed()) {
                ctx.response().putHeader("Idempotency-Replayed", "true");
            }
            return limits.add(ctx.response(), accepted.run().order().stage())
                    .compose(_ -> Reply.json(ctx, 202, RunDocument.of(accepted.run())));
        });
    }

    private Future<Void> resume(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return desk.resume(owner, Path.id(ctx, "skill"), Path.id(ctx, "stage"))
                .compose(outlook -> Reply.json(ctx, 200, document(outlook)));
    }

    private static ObjectNode document(Outlook outlook) {
        Schedule.Plan plan = outlook.timing().plan();
        Optional<Schedule.State> state = outlook.state();
        ObjectNode document = Json.object()
                .put("enabled", outlook.timing().enabled())
                .put("cron", plan.cron())
                .put("timezone", plan.zone())
                .put("overlap", plan.overlap())
                .put("paused", state.flatMap(Schedule.State::paused).orElse(null))
                .put("failures", state.map(Schedule.State::failures).orElse(0))
                .put("note", state.flatMap(Schedule.State::note).orElse(null))
                .put("last_run_id", state.flatMap(Schedule.State::lastRun).map(RunId::value).orElse(null));
        ArrayNode times = document.putArray("next");
        outlook.preview().times().forEach(time -> times.addObject()
                .put("local", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time.local()))
                .put("utc", time.at().toString())
                .put("repeated", time.repeated()));
        ArrayNode changes = document.putArray("clock_changes");
        outlook.preview().changes().forEach(change -> changes.addObject()
                .put("at", change.at().toString())
                .put("note", change.note()));
        return document;
    }
}

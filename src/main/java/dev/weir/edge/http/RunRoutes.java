package dev.weir.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.edge.stream.RunStreams;
import dev.weir.feature.access.Permit;
import dev.weir.feature.access.Tickets;
import dev.weir.feature.quota.Admission;
import dev.weir.feature.run.Outcome;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunError;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.RunStore;
import dev.weir.feature.run.Runs;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Page;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.observe.Meters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/** Runs: invoke, list, look at, cancel, and tickets for them. */
final class RunRoutes {
    private static final int MAX_CURSOR = 512;
    /** When to ask again if the ledger is away. */
    private static final Duration UNTOLD = Duration.ofSeconds(30);

    private final Features features;
    private final RunStreams streams;
    private final BodyReader bodies;
    private final Meters meters;
    private final LimitHeaders limits;

    RunRoutes(Features features, RunStreams streams, BodyReader bodies, Meters meters, LimitHeaders limits) {
        this.features = features;
        this.streams = streams;
        this.bodies = bodies;
        this.meters = meters;
        this.limits = limits;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.POST, "/v1/skills/{skill}/stages/{stage}/runs", this::invoke);
        mount.secured(HttpMethod.GET, "/v1/runs", this::list);
        mount.readable(HttpMethod.GET, "/v1/runs/{run_id}", this::find);
        mount.secured(HttpMethod.POST, "/v1/runs/{run_id}/cancel", this::cancel);
        mount.secured(HttpMethod.POST, "/v1/runs/{run_id}/tickets", this::ticket);
    }

    /** The order of the checks is part of the API: nothing is read of the body before the caller is known to be allowed to send it. */
    private Future<Void> invoke(RoutingContext ctx, Caller caller) {
        Runs runs = features.runs();
        return runs.target(caller, Path.id(ctx, "skill"), Path.id(ctx, "stage")).compose(target -> {
            new Query(ctx).done();
            boolean stream = Accepts.eventStream(ctx);
            Optional<String> key = Invocation.idempotencyKey(ctx);
            return bodies.json(ctx)
                    .compose(input -> runs.invoke(target, object(input), key))
                    .compose(accepted -> limits.add(ctx.response(), target.stage().ref())
                            .compose(_ -> accepted(ctx, target.permit(), accepted, stream)));
        });
    }

    private static JsonNode object(JsonNode input) {
        if (!input.isObject()) {
            throw new ProblemException(Problem.Invalid.of("", "the input must be an object"));
        }
        return input;
    }

    private Future<Void> accepted(RoutingContext ctx, Permit permit, Runs.Accepted accepted, boolean stream) {
        Run run = accepted.run();
        meters.runAccepted(accepted.replayed());
        ctx.response().putHeader("Location", "/v1/runs/" + run.id());
        if (accepted.replayed()) {
            ctx.response().putHeader("Idempotency-Replayed", "true");
        }
        if (stream) {
            RequestLoop.run(ctx, () -> streams.sse(ctx, run, EventId.START));
            return Future.succeededFuture();
        }
        Optional<Duration> wait = Invocation.wait(ctx);
        if (wait.isEmpty()) {
            return Reply.json(ctx, 202, RunDocument.of(run));
        }
        ctx.response().putHeader("Preference-Applied", "wait=" + wait.get().toSeconds());
        return over(ctx, run.id(), wait.get())
                .compose(_ -> features.runs().find(permit, run.id()))
                .compose(now -> now.status() == RunStatus.THROTTLED
                        ? throttled(now)
                        : Reply.json(ctx, now.status().isTerminal() ? 200 : 202, RunDocument.of(now)));
    }

    /** The record says why; when there may be room again is looked up now, and if nobody can tell, it is not long. */
    private Future<Void> throttled(Run run) {
        String detail = run.outcome().flatMap(Outcome::error).map(RunError::message).orElse("a limit is used up");
        return features.rights().quotas().foresee(run.order().stage(), run.order().longest())
                .map(now -> now instanceof Admission.Throttled still ? still.retryAfter() : Duration.ofSeconds(1))
                .otherwise(UNTOLD)
                .compose(wait -> Future.failedFuture(
                        new ProblemException(new Problem.QuotaExceeded(detail, wait, run.id().value()))));
    }

    private Future<Void> over(RoutingContext ctx, RunId run, Duration patience) {
        Promise<Void> done = Promise.promise();
        RequestLoop.run(ctx, () -> {
            RunEnd end = new RunEnd(ctx.vertx(), RequestLoop.of(ctx));
            ctx.addEndHandler(_ -> end.cancel());
            end.within(patience, (loop, reader) -> features.feeds().subscribe(run, EventId.START, loop, reader))
                    .onComplete(done);
        });
        return done.future();
    }

    private Future<Void> list(RoutingContext ctx, Caller caller) {
        Query query = new Query(ctx);
        RunStore.RunFilter filter = new RunStore.RunFilter(
                query.id("skill"),
                query.id("stage"),
                query.read("status", RunStatus::byName, "must be the name of a status"),
                query.time("created_after"),
                query.time("created_before"),
                query.id("invoked_by"));
        Optional<String> cursor = query.text("cursor", MAX_CURSOR);
        int limit = query.number("limit", 1, 100, 50);
        query.done();
        return features.runs()
                .list(features.access().member(caller), filter, cursor, limit)
                .compose(page -> Reply.json(ctx, 200, document(page)));
    }

    private static ObjectNode document(Page<Run> page) {
        ObjectNode document = Json.object();
        ArrayNode items = document.putArray("runs");
        page.items().forEach(run -> items.add(RunDocument.summary(run)));
        return document.put("next", page.next().orElse(null));
    }

    private Future<Void> find(RoutingContext ctx, Permit permit) {
        Query query = new Query(ctx);
        query.text(Authentication.TICKET, Integer.MAX_VALUE);
        query.done();
        return features.runs()
                .find(permit, Path.run(ctx))
                .compose(run -> Reply.json(ctx, 200, RunDocument.of(run)));
    }

    private Future<Void> cancel(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        return features.runs()
                .cancel(features.access().member(caller), Path.run(ctx))
                .compose(run -> Reply.json(ctx, 202, RunDocument.of(run)));
    }

    /** Only who may read the run now can give that away. */
    private Future<Void> ticket(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        RunId id = Path.run(ctx);
        Permit permit = features.access().member(caller);
        return features.runs().find(permit, id).compose(run -> {
            Tickets.Ticket ticket = features.tickets().issue(permit, run.id().value());
            return Reply.json(ctx, 201, Json.object()
                    .put("ticket", ticket.token().reveal())
                    .put("run_id", run.id().value())
                    .put("expires_at", ticket.expiresAt().toString()));
        });
    }
}

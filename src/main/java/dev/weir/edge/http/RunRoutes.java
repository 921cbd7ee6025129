package dev.weir.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Permit;
import dev.weir.feature.access.Tickets;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.RunStore;
import dev.weir.feature.run.Runs;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Page;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Runs: invoke, list, look at, cancel, and tickets for them. */
final class RunRoutes {
    private static final int MAX_CURSOR = 512;

    private final Features features;
    private final BodyReader bodies;
    private final AcceptedRun accepted;

    RunRoutes(Features features, BodyReader bodies, AcceptedRun accepted) {
        this.features = features;
        this.bodies = bodies;
        this.accepted = accepted;
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
                    .compose(run -> accepted.answer(ctx, target.permit(), run, stream));
        });
    }

    private static JsonNode object(JsonNode input) {
        if (!input.isObject()) {
            throw new ProblemException(Problem.Invalid.of("", "the input must be an object"));
        }
        return input;
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

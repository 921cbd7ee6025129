package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.interpreter.Sandbox;
import dev.weir.feature.interpreter.Sandboxes;
import dev.weir.feature.run.Runs;
import dev.weir.kernel.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The code interpreter: sessions that callers hold, code executed in them or in one of its own. */
final class InterpreterRoutes {
    static final String SESSION = "/v1/interpreter/sessions/{session_id}";

    private static final Pattern ENVIRONMENT = Pattern.compile("[a-z][a-z0-9-]{0,47}");
    private static final String ENVIRONMENT_RULE = "must be a name such as default-public";
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,100}");
    /** As the service's own defaults and bounds (AWS: StartCodeInterpreterSession). */
    private static final int USUAL_SECONDS = 900;
    private static final int MAX_SECONDS = 28_800;

    private final Access access;
    private final Sandboxes sandboxes;
    private final BodyReader bodies;
    private final AcceptedRun accepted;

    InterpreterRoutes(Features features, BodyReader bodies, AcceptedRun accepted) {
        this.access = features.access();
        this.sandboxes = features.agents().interpreters().sandboxes();
        this.bodies = bodies;
        this.accepted = accepted;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.POST, "/v1/interpreter/sessions", this::open);
        mount.secured(HttpMethod.GET, "/v1/interpreter/sessions", this::list);
        mount.secured(HttpMethod.GET, SESSION, this::find);
        mount.secured(HttpMethod.DELETE, SESSION, this::end);
        mount.secured(HttpMethod.POST, SESSION + "/execute", this::execute);
        mount.secured(HttpMethod.POST, "/v1/interpreter/run", this::run);
    }

    private Future<Void> open(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        return permit(caller).compose(permit -> bodies.optionalJson(ctx).compose(json -> {
            Body body = new Body(json.orElseGet(Json::object));
            Optional<String> name = body.text("name", 100).map(text -> {
                if (!NAME.matcher(text).matches()) {
                    body.refuse("/name", "must be 1 to 100 characters, none of them a control character");
                }
                return text;
            });
            Optional<String> environment = environment(body);
            int seconds = body.number("timeout_seconds", 1, MAX_SECONDS, USUAL_SECONDS);
            body.done();
            return sandboxes.open(permit, name, environment, Duration.ofSeconds(seconds));
        })).compose(sandbox -> {
            ctx.response().putHeader("Location", "/v1/interpreter/sessions/" + sandbox.id());
            return Reply.json(ctx, 201, document(sandbox));
        });
    }

    private Future<Void> list(RoutingContext ctx, Caller caller) {
        Query query = new Query(ctx);
        String after = query.id("cursor").orElse("");
        int limit = query.number("limit", 1, 100, 50);
        query.done();
        return permit(caller).compose(permit -> sandboxes.list(permit, after, limit + 1)).compose(found -> {
            List<Sandbox> shown = found.subList(0, Math.min(limit, found.size()));
            ObjectNode page = Json.object();
            ArrayNode items = page.putArray("sessions");
            shown.forEach(sandbox -> items.add(document(sandbox)));
            return Reply.json(ctx, 200, page.put("next", found.size() > limit ? shown.getLast().id() : null));
        });
    }

    private Future<Void> find(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        return permit(caller).compose(permit -> sandboxes.find(permit, Path.id(ctx, "session_id")))
                .compose(sandbox -> Reply.json(ctx, 200, document(sandbox)));
    }

    private Future<Void> end(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        return permit(caller).compose(permit -> sandboxes.end(permit, Path.id(ctx, "session_id")))
                .compose(_ -> Reply.empty(ctx, 204));
    }

    private Future<Void> execute(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        String id = Path.id(ctx, "session_id");
        return permit(caller).compose(permit -> sandboxes.requireUse(permit, id)
                .compose(_ -> started(ctx, permit, (body, key) -> {
                    CodeBody code = CodeBody.read(body);
                    body.done();
                    return sandboxes.execute(permit, id, code.call(), code.timeout(), key);
                })));
    }

    private Future<Void> run(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        return permit(caller).compose(permit -> started(ctx, permit, (body, key) -> {
            CodeBody code = CodeBody.read(body);
            Optional<String> environment = environment(body);
            body.done();
            return sandboxes.run(permit, environment, code.call(), code.timeout(), key);
        }));
    }

    /** What is made of a body, and of the key that makes repetitions harmless. */
    private interface Start {
        Future<Runs.Accepted> of(Body body, Optional<String> key);
    }

    private Future<Void> started(RoutingContext ctx, Permit permit, Start start) {
        boolean stream = Accepts.eventStream(ctx);
        Optional<String> key = Invocation.idempotencyKey(ctx);
        return bodies.json(ctx).compose(json -> start.of(new Body(json), key))
                .compose(run -> accepted.answer(ctx, permit, run, stream));
    }

    private static Optional<String> environment(Body body) {
        return body.text("environment", 48).map(name -> {
            if (!ENVIRONMENT.matcher(name).matches()) {
                body.refuse("/environment", ENVIRONMENT_RULE);
            }
            return name;
        });
    }

    /** Whoever has a grant that names it, as grants name skills. */
    private Future<Permit> permit(Caller caller) {
        return access.interpret(caller, Sandboxes.SKILL);
    }

    private static ObjectNode document(Sandbox sandbox) {
        return Json.object().put("session_id", sandbox.id())
                .put("name", sandbox.name())
                .put("environment", sandbox.environment())
                .put("user", sandbox.owner())
                .put("status", sandbox.session().isPresent() ? "ready" : "starting")
                .put("created_at", sandbox.createdAt().toString())
                .put("expires_at", sandbox.expiresAt().toString());
    }
}

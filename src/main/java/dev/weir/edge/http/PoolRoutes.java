package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.interpreter.dispatch.DispatchAudit;
import dev.weir.feature.interpreter.dispatch.DispatchAudits;
import dev.weir.feature.interpreter.pool.InterpreterPool;
import dev.weir.feature.interpreter.pool.PoolState;
import dev.weir.kernel.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/** What an owner sees of skills that run in interpreters: how the warm sessions stand, and what was dispatched into them. */
final class PoolRoutes {
    private static final int MAX_CURSOR = 32;

    private final Access access;
    private final InterpreterPool pool;
    private final DispatchAudits dispatches;

    PoolRoutes(Features features) {
        this.access = features.access();
        this.pool = features.agents().interpreters().pool();
        this.dispatches = features.agents().interpreters().dispatches();
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.GET, "/v1/interpreter/pool", this::pool);
        mount.secured(HttpMethod.POST, "/v1/interpreter/pool/flush", this::flush);
        mount.secured(HttpMethod.GET, "/v1/interpreter/dispatches", this::dispatches);
    }

    /** Those in use end with their work; what comes next finds none of before. */
    private Future<Void> flush(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        int sessions = pool.flush(access.owner(caller).tenant());
        return Reply.json(ctx, 200, Json.object().put("flushed", sessions));
    }

    private Future<Void> dispatches(RoutingContext ctx, Caller caller) {
        Query query = new Query(ctx);
        Optional<String> run = query.id("run_id");
        Optional<String> cursor = query.text("cursor", MAX_CURSOR);
        int limit = query.number("limit", 1, 100, 50);
        query.done();
        Permit owner = access.owner(caller);
        return dispatches.list(owner.tenant(), run, cursor, limit).compose(page -> {
            ObjectNode document = Json.object();
            ArrayNode items = document.putArray("dispatches");
            page.items().forEach(entry -> items.add(document(entry)));
            return Reply.json(ctx, 200, document.put("next", page.next().orElse(null)));
        });
    }

    private static ObjectNode document(DispatchAudits.Entry entry) {
        DispatchAudit audit = entry.audit();
        ObjectNode document = Json.object().put("run_id", entry.run()).put("user", audit.key().user())
                .put("skill", audit.slug()).put("environment", audit.key().environment())
                .put("at", entry.at().toString()).put("duration_ms", audit.took().toMillis())
                .put("status", audit.status()).put("template_sha256", audit.templateSha256())
                .put("args_sha256", audit.argsSha256());
        audit.bundleDigest().ifPresent(digest -> document.put("package_sha256", digest));
        audit.failure().ifPresent(why -> document.put("error_kind", why.kind().label())
                .put("error_message", why.message()));
        return document;
    }

    private Future<Void> pool(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        Permit owner = access.owner(caller);
        ObjectNode document = Json.object();
        ArrayNode keys = document.putArray("keys");
        pool.state(owner.tenant()).forEach(state -> keys.add(document(state)));
        return Reply.json(ctx, 200, document);
    }

    private static ObjectNode document(PoolState state) {
        ObjectNode document = Json.object().put("user", state.key().user())
                .put("environment", state.key().environment())
                .put("warm", state.warm()).put("in_use", state.inUse()).put("starting", state.starting())
                .put("hits", state.hits()).put("starts", state.starts()).put("hit_rate", state.hitRate())
                .put("quarantined", state.quarantined()).put("generation", state.generation())
                .put("last_cold_start_ms", state.lastColdStart().map(Duration::toMillis).orElse(null))
                .put("median_cold_start_ms", state.medianColdStart().map(Duration::toMillis).orElse(null));
        ArrayNode sessions = document.putArray("sessions");
        state.sessions().forEach(each -> sessions.addObject().put("in_use", each.inUse())
                .put("age_seconds", each.age().toSeconds()).put("left_seconds", each.left().toSeconds())
                .put("unused_seconds", each.sinceUsed().toSeconds()).put("drained", each.drained())
                .put("lent", each.lent()));
        return document;
    }
}

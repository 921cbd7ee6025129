package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.ApiKey;
import dev.weir.feature.access.ApiKeys;
import dev.weir.feature.access.Permit;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** {@code /v1/api-keys}: an owner's desk. */
final class ApiKeyRoutes {
    private final Access access;
    private final ApiKeys keys;
    private final BodyReader bodies;

    ApiKeyRoutes(Access access, ApiKeys keys, BodyReader bodies) {
        this.access = access;
        this.keys = keys;
        this.bodies = bodies;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.POST, "/v1/api-keys", this::issue);
        mount.secured(HttpMethod.GET, "/v1/api-keys", this::list);
        mount.secured(HttpMethod.DELETE, "/v1/api-keys/{key_id}", this::revoke);
    }

    private Future<Void> issue(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return bodies.json(ctx).compose(json -> {
            Body body = new Body(json);
            String user = body.id("user");
            Role role = body.choice("role", Role.values(), Role::wireName).orElse(Role.DEVELOPER);
            body.done();
            return keys.issue(owner, user, role);
        }).compose(issued -> {
            ctx.response().putHeader("Location", "/v1/api-keys/" + issued.key().id());
            return Reply.json(ctx, 201, document(issued.key()).put("key", issued.secret().reveal()));
        });
    }

    private Future<Void> list(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return keys.list(owner).compose(found -> {
            ObjectNode page = Json.object();
            ArrayNode items = page.putArray("api_keys");
            found.forEach(key -> items.add(document(key)));
            return Reply.json(ctx, 200, page);
        });
    }

    private Future<Void> revoke(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return keys.revoke(owner, Path.id(ctx, "key_id")).compose(_ -> Reply.empty(ctx, 204));
    }

    /** Without the hash, which is nobody's business. */
    private static ObjectNode document(ApiKey key) {
        return Json.object()
                .put("id", key.id())
                .put("user", key.user())
                .put("role", key.role().wireName())
                .put("created_at", key.createdAt().toString());
    }
}

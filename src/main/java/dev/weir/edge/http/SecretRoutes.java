package dev.weir.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.secret.Secret;
import dev.weir.feature.secret.Secrets;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Redacted;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** {@code /v1/secrets}: values go in here and come out nowhere. */
final class SecretRoutes {
    private final Access access;
    private final Secrets secrets;
    private final BodyReader bodies;

    SecretRoutes(Access access, Secrets secrets, BodyReader bodies) {
        this.access = access;
        this.secrets = secrets;
        this.bodies = bodies;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.POST, "/v1/secrets", this::create);
        mount.secured(HttpMethod.GET, "/v1/secrets", this::list);
        mount.secured(HttpMethod.PUT, "/v1/secrets/{secret_id}", this::put);
        mount.secured(HttpMethod.GET, "/v1/secrets/{secret_id}", this::find);
        mount.secured(HttpMethod.DELETE, "/v1/secrets/{secret_id}", this::delete);
    }

    private Future<Void> create(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return bodies.json(ctx).compose(json -> {
            Body body = new Body(json);
            String id = body.id("secret_id");
            Redacted value = value(body);
            body.done();
            return secrets.create(owner, id, value);
        }).compose(made -> {
            ctx.response().putHeader("Location", "/v1/secrets/" + made.secret().id());
            return Reply.json(ctx, 201, document(made));
        });
    }

    private Future<Void> put(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        String id = Path.id(ctx, "secret_id");
        return bodies.json(ctx)
                .compose(json -> secrets.put(owner, id, onlyValue(json)))
                .compose(done -> Reply.json(ctx, 200, document(done)));
    }

    private static Redacted onlyValue(JsonNode json) {
        Body body = new Body(json);
        Redacted value = value(body);
        body.done();
        return value;
    }

    private static Redacted value(Body body) {
        return new Redacted(body.requiredText("value"));
    }

    private Future<Void> list(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return secrets.list(owner).compose(found -> {
            ObjectNode page = Json.object();
            ArrayNode items = page.putArray("secrets");
            found.forEach(each -> items.add(document(each)));
            return Reply.json(ctx, 200, page);
        });
    }

    private Future<Void> find(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return secrets.find(owner, Path.id(ctx, "secret_id")).compose(found -> Reply.json(ctx, 200, document(found)));
    }

    private Future<Void> delete(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return secrets.delete(owner, Path.id(ctx, "secret_id")).compose(_ -> Reply.empty(ctx, 204));
    }

    /** Everything but the value, which this class cannot even ask for. */
    private static ObjectNode document(Secrets.Described described) {
        Secret secret = described.secret();
        ObjectNode document = Json.object()
                .put("secret_id", secret.id())
                .put("version", secret.version())
                .put("updated_by", secret.updatedBy())
                .put("created_at", secret.createdAt().toString())
                .put("updated_at", secret.updatedAt().toString());
        ArrayNode stages = document.putArray("stages");
        described.holders().forEach(
                holder -> stages.addObject().put("skill", holder.skill()).put("stage", holder.stage()));
        return document
                .put("last_used_at", secret.lastUse().map(use -> use.at().toString()).orElse(null))
                .put("last_used_by", secret.lastUse().map(Secret.Use::run).orElse(null));
    }
}

package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Grant;
import dev.weir.feature.access.Grants;
import dev.weir.feature.access.Permit;
import dev.weir.kernel.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** {@code /v1/grants}: an owner lets developers invoke skills and use agents. */
final class GrantRoutes {
    private static final int MAX_SKILLS = 1000;

    private final Access access;
    private final Grants grants;
    private final BodyReader bodies;

    GrantRoutes(Access access, Grants grants, BodyReader bodies) {
        this.access = access;
        this.grants = grants;
        this.bodies = bodies;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.POST, "/v1/grants", this::give);
        mount.secured(HttpMethod.GET, "/v1/grants", this::list);
        mount.secured(HttpMethod.GET, "/v1/grants/{grant_id}", this::find);
        mount.secured(HttpMethod.DELETE, "/v1/grants/{grant_id}", this::revoke);
    }

    private Future<Void> give(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return bodies.json(ctx).compose(json -> {
            Body body = new Body(json);
            String user = body.id("user");
            List<String> skills = body.texts("allowed_skills", MAX_SKILLS);
            List<String> agents = body.texts("allowed_agents", MAX_SKILLS);
            body.done();
            return grants.give(owner, user, skills, agents);
        }).compose(grant -> {
            ctx.response().putHeader("Location", "/v1/grants/" + grant.id());
            return Reply.json(ctx, 201, document(grant));
        });
    }

    private Future<Void> list(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return grants.list(owner).compose(found -> {
            ObjectNode page = Json.object();
            ArrayNode items = page.putArray("grants");
            found.forEach(grant -> items.add(document(grant)));
            return Reply.json(ctx, 200, page);
        });
    }

    private Future<Void> find(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return grants.find(owner, Path.id(ctx, "grant_id")).compose(grant -> Reply.json(ctx, 200, document(grant)));
    }

    private Future<Void> revoke(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return grants.revoke(owner, Path.id(ctx, "grant_id")).compose(_ -> Reply.empty(ctx, 204));
    }

    private static ObjectNode document(Grant grant) {
        ObjectNode document = Json.object().put("id", grant.id()).put("user", grant.user());
        ArrayNode skills = document.putArray("allowed_skills");
        grant.allowedSkills().forEach(skills::add);
        ArrayNode agents = document.putArray("allowed_agents");
        grant.allowedAgents().forEach(agents::add);
        return document.put("created_at", grant.createdAt().toString());
    }
}

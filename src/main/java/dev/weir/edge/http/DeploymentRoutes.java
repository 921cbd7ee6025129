package dev.weir.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.skill.Deployments;
import dev.weir.feature.skill.change.ChangeLevel;
import dev.weir.feature.skill.change.Version;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** What a stage runs, ran, and how the one differs from the other. */
final class DeploymentRoutes {
    private static final String DEPLOYMENTS = "/v1/skills/{skill}/stages/{stage}/deployments";

    private final Access access;
    private final Deployments deployments;
    private final BodyReader bodies;

    DeploymentRoutes(Access access, Deployments deployments, BodyReader bodies) {
        this.access = access;
        this.deployments = deployments;
        this.bodies = bodies;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.POST, DEPLOYMENTS, this::confirm);
        mount.secured(HttpMethod.GET, DEPLOYMENTS, this::list);
        mount.secured(HttpMethod.GET, DEPLOYMENTS + "/{version}/diff", this::diff);
        mount.secured(HttpMethod.POST, DEPLOYMENTS + "/{version}/activate", this::activate);
    }

    private Future<Void> confirm(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        String skill = Path.id(ctx, "skill");
        String stage = Path.id(ctx, "stage");
        return bodies.json(ctx).map(DeploymentRoutes::order)
                .compose(order -> deployments.confirm(owner, skill, stage, order))
                .compose(deployment -> Reply.json(ctx, 201, DeploymentDocument.of(deployment)));
    }

    private static Deployments.Order order(JsonNode json) {
        Body body = new Body(json);
        String uploadId = body.id("upload_id");
        String version = body.matching("version", Version.FORM, "must be three numbers, such as 1.2.3");
        Optional<ChangeLevel> level = body.choice("change_level", ChangeLevel.values(), ChangeLevel::wireName);
        body.done();
        return new Deployments.Order(uploadId, Version.parse(version).orElseThrow(), level);
    }

    private Future<Void> list(RoutingContext ctx, Caller caller) {
        Query query = new Query(ctx);
        int limit = query.number("limit", 1, 100, 100);
        query.done();
        return deployments.list(access.member(caller), Path.id(ctx, "skill"), Path.id(ctx, "stage"), limit)
                .compose(found -> {
                    ObjectNode page = Json.object();
                    ArrayNode items = page.putArray("deployments");
                    found.forEach(deployment -> items.add(DeploymentDocument.of(deployment)));
                    return Reply.json(ctx, 200, page);
                });
    }

    private Future<Void> diff(RoutingContext ctx, Caller caller) {
        Query query = new Query(ctx);
        Optional<String> from = query.read("from",
                text -> Optional.of(text).filter(version -> Path.VERSION.matcher(version).matches()),
                Path.VERSION_RULE);
        query.done();
        return deployments.compare(access.member(caller), Path.id(ctx, "skill"), Path.id(ctx, "stage"), from,
                Path.version(ctx))
                .compose(difference -> Reply.json(ctx, 200, DeploymentDocument.of(difference)));
    }

    private Future<Void> activate(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return deployments.activate(owner, Path.id(ctx, "skill"), Path.id(ctx, "stage"), Path.version(ctx))
                .compose(stage -> Reply.json(ctx, 200, SkillDocument.of(stage, caller.role() == Role.OWNER)));
    }
}

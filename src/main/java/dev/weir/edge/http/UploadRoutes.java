package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.skill.Deployments;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** Uploads and deployments of a stage: from a package to the code that runs. */
final class UploadRoutes {
    private static final String STAGE = "/v1/skills/{skill}/stages/{stage}";

    private final Access access;
    private final Deployments deployments;
    private final BodyReader bodies;

    UploadRoutes(Access access, Deployments deployments, BodyReader bodies) {
        this.access = access;
        this.deployments = deployments;
        this.bodies = bodies;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.POST, STAGE + "/uploads", this::announce);
        mount.secured(HttpMethod.GET, STAGE + "/uploads/{upload_id}", this::find);
        mount.secured(HttpMethod.POST, STAGE + "/deployments", this::confirm);
        mount.secured(HttpMethod.GET, STAGE + "/deployments", this::list);
        mount.secured(HttpMethod.POST, STAGE + "/deployments/{version}/activate", this::activate);
    }

    private Future<Void> announce(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        String skill = Path.id(ctx, "skill");
        String stage = Path.id(ctx, "stage");
        return deployments.announce(owner, skill, stage).compose(announced -> {
            ctx.response().putHeader("Location",
                    "/v1/skills/" + skill + "/stages/" + stage + "/uploads/" + announced.upload().id());
            return Reply.json(ctx, 201, UploadDocument.of(announced));
        });
    }

    private Future<Void> find(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return deployments.upload(owner, Path.id(ctx, "skill"), Path.id(ctx, "stage"), Path.id(ctx, "upload_id"))
                .compose(upload -> Reply.json(ctx, 200, UploadDocument.of(upload)));
    }

    private Future<Void> confirm(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        String skill = Path.id(ctx, "skill");
        String stage = Path.id(ctx, "stage");
        return bodies.json(ctx).compose(json -> {
            Body body = new Body(json);
            String uploadId = body.id("upload_id");
            String version = body.matching("version", Path.VERSION, Path.VERSION_RULE);
            body.done();
            return deployments.confirm(owner, skill, stage, uploadId, version);
        }).compose(deployment -> Reply.json(ctx, 201, UploadDocument.of(deployment)));
    }

    private Future<Void> list(RoutingContext ctx, Caller caller) {
        Query query = new Query(ctx);
        int limit = query.number("limit", 1, 100, 100);
        query.done();
        return deployments.list(access.member(caller), Path.id(ctx, "skill"), Path.id(ctx, "stage"), limit)
                .compose(found -> {
                    ObjectNode page = Json.object();
                    ArrayNode items = page.putArray("deployments");
                    found.forEach(deployment -> items.add(UploadDocument.of(deployment)));
                    return Reply.json(ctx, 200, page);
                });
    }

    private Future<Void> activate(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return deployments.activate(owner, Path.id(ctx, "skill"), Path.id(ctx, "stage"), Path.version(ctx))
                .compose(stage -> Reply.json(ctx, 200, SkillDocument.of(stage, caller.role() == Role.OWNER)));
    }
}

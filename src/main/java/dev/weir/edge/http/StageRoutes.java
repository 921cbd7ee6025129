package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.skill.Skills;
import dev.weir.feature.skill.Stage;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** {@code /v1/skills/{skill}/stages}: where a skill is deployed to, with its settings. */
final class StageRoutes {
    private static final String STAGES = "/v1/skills/{skill}/stages";
    private static final String STAGE = STAGES + "/{stage}";
    private final Access access;
    private final Skills skills;
    private final BodyReader bodies;

    StageRoutes(Access access, Skills skills, BodyReader bodies) {
        this.access = access;
        this.skills = skills;
        this.bodies = bodies;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.GET, STAGES, this::list);
        mount.secured(HttpMethod.PUT, STAGE, this::put);
        mount.secured(HttpMethod.GET, STAGE, this::find);
        mount.secured(HttpMethod.DELETE, STAGE, this::delete);
    }

    private Future<Void> list(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        return skills.stages(access.member(caller), Path.id(ctx, "skill")).compose(found -> {
            ObjectNode page = Json.object();
            ArrayNode items = page.putArray("stages");
            found.forEach(stage -> items.add(document(stage, caller)));
            return Reply.json(ctx, 200, page);
        });
    }

    private Future<Void> put(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        String skill = Path.id(ctx, "skill");
        String stage = Path.id(ctx, "stage");
        return bodies.json(ctx)
                .compose(json -> skills.put(owner, skill, stage, StageBody.read(new Body(json))))
                .compose(done -> Reply.json(ctx, 200, document(done, caller)));
    }

    private Future<Void> find(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        return skills.stage(access.member(caller), Path.id(ctx, "skill"), Path.id(ctx, "stage"))
                .compose(stage -> Reply.json(ctx, 200, document(stage, caller)));
    }

    private Future<Void> delete(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        return skills.delete(access.owner(caller), Path.id(ctx, "skill"), Path.id(ctx, "stage"))
                .compose(_ -> Reply.empty(ctx, 204));
    }

    /** The environment, secrets included by name, is shown to those who may set it. */
    private static ObjectNode document(Stage stage, Caller reader) {
        return SkillDocument.of(stage, reader.role() == Role.OWNER);
    }
}

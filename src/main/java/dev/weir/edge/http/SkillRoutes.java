package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.skill.Skill;
import dev.weir.feature.skill.Skills;
import dev.weir.kernel.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** {@code /v1/skills}: what a tenant can run. */
final class SkillRoutes {
    private static final int MAX_DESCRIPTION = 4096;

    private final Access access;
    private final Skills skills;
    private final BodyReader bodies;

    SkillRoutes(Access access, Skills skills, BodyReader bodies) {
        this.access = access;
        this.skills = skills;
        this.bodies = bodies;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.POST, "/v1/skills", this::create);
        mount.secured(HttpMethod.GET, "/v1/skills", this::list);
        mount.secured(HttpMethod.GET, "/v1/skills/{skill}", this::find);
        mount.secured(HttpMethod.PATCH, "/v1/skills/{skill}", this::update);
        mount.secured(HttpMethod.DELETE, "/v1/skills/{skill}", this::delete);
    }

    private Future<Void> create(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return bodies.json(ctx).compose(json -> {
            Body body = new Body(json);
            String name = body.id("name");
            Skills.Metadata metadata = new Skills.Metadata(body.text("description", MAX_DESCRIPTION).orElse(""),
                    body.objectText("input_schema"), body.objectText("output_schema"));
            body.done();
            return skills.create(owner, name, metadata);
        }).compose(skill -> {
            ctx.response().putHeader("Location", "/v1/skills/" + skill.name());
            return Reply.json(ctx, 201, SkillDocument.of(skill));
        });
    }

    private Future<Void> list(RoutingContext ctx, Caller caller) {
        Query query = new Query(ctx);
        String after = query.id("after").orElse("");
        int limit = query.number("limit", 1, 100, 100);
        query.done();
        return skills.list(access.member(caller), after, limit)
                .compose(found -> Reply.json(ctx, 200, page(found, limit)));
    }

    private static ObjectNode page(List<Skill> found, int limit) {
        ObjectNode page = Json.object();
        ArrayNode items = page.putArray("skills");
        found.forEach(skill -> items.add(SkillDocument.of(skill)));
        return page.put("next", found.size() < limit ? null : found.getLast().name());
    }

    private Future<Void> find(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        return skills.find(access.member(caller), Path.id(ctx, "skill"))
                .compose(skill -> Reply.json(ctx, 200, SkillDocument.of(skill)));
    }

    /** A JSON merge patch (RFC 7396): absent stays, null removes. */
    private Future<Void> update(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        String name = Path.id(ctx, "skill");
        return skills.find(owner, name).compose(old -> bodies.json(ctx).compose(json -> {
            Body body = new Body(json);
            Optional<String> description = body.text("description", MAX_DESCRIPTION);
            Optional<String> input = body.objectText("input_schema");
            Optional<String> output = body.objectText("output_schema");
            body.done();
            return skills.update(owner, name, new Skills.Metadata(
                    body.has("description") ? description.orElse("") : old.description(),
                    body.has("input_schema") ? input : old.inputSchema(),
                    body.has("output_schema") ? output : old.outputSchema()));
        })).compose(skill -> Reply.json(ctx, 200, SkillDocument.of(skill)));
    }

    private Future<Void> delete(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        return skills.delete(access.owner(caller), Path.id(ctx, "skill")).compose(_ -> Reply.empty(ctx, 204));
    }
}

package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.secret.SecretRef;
import dev.weir.feature.skill.Skills;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.StageSettings;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code /v1/skills/{skill}/stages}: where a skill is deployed to, with its settings. */
final class StageRoutes {
    private static final String STAGES = "/v1/skills/{skill}/stages";
    private static final String STAGE = STAGES + "/{stage}";
    private static final int MAX_SECRETS = 20;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    /** AgentCore ends a runtime session after eight hours, whatever it does (AWS: bedrock-agentcore-limits). */
    private static final int MAX_TIMEOUT_SECONDS = 8 * 60 * 60;

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
                .compose(json -> skills.put(owner, skill, stage, settings(new Body(json))))
                .compose(done -> Reply.json(ctx, 200, document(done, caller)));
    }

    private static StageSettings settings(Body body) {
        Map<String, String> env = body.strings("env", 100, VARIABLE, 8192);
        List<SecretRef> refs = body.objects("secret_refs", MAX_SECRETS, StageRoutes::secretRef);
        Set<String> taken = new HashSet<>(env.keySet());
        for (int i = 0; i < refs.size(); i++) {
            if (!taken.add(refs.get(i).env())) {
                body.refuse("/secret_refs/" + i + "/env", "is a variable that is set already");
            }
        }
        StageSettings settings = StageSettings.of(
                body.choice("size", Stage.Size.values(), Stage.Size::name).orElse(Stage.Size.M),
                Duration.ofSeconds(body.number("timeout_seconds", 1, MAX_TIMEOUT_SECONDS, 300)),
                env, refs,
                body.number("max_attempts", 1, 5, 1));
        body.done();
        return settings;
    }

    private static SecretRef secretRef(Body body) {
        return new SecretRef(
                body.matching("env", VARIABLE, "must be of the form " + VARIABLE.pattern()), body.id("secret_id"));
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

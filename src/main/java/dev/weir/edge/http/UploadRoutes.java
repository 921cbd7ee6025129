package dev.weir.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.skill.Deployments;
import dev.weir.feature.skill.Upload.Declared;
import dev.weir.feature.skill.Uploads;
import dev.weir.kernel.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.regex.Pattern;

/** Packages on their way to a stage. */
final class UploadRoutes {
    private static final String UPLOADS = "/v1/skills/{skill}/stages/{stage}/uploads";
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final Access access;
    private final Uploads uploads;
    private final Deployments deployments;
    private final BodyReader bodies;

    UploadRoutes(Access access, Uploads uploads, Deployments deployments, BodyReader bodies) {
        this.access = access;
        this.uploads = uploads;
        this.deployments = deployments;
        this.bodies = bodies;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.POST, UPLOADS, this::announce);
        mount.secured(HttpMethod.GET, UPLOADS + "/{upload_id}", this::find);
    }

    private Future<Void> announce(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        String skill = Path.id(ctx, "skill");
        String stage = Path.id(ctx, "stage");
        return bodies.optionalJson(ctx).map(UploadRoutes::declared)
                .compose(declared -> uploads.announce(owner, skill, stage, declared))
                .compose(announced -> {
                    ctx.response().putHeader("Location",
                            "/v1/skills/" + skill + "/stages/" + stage + "/uploads/" + announced.upload().id());
                    return Reply.json(ctx, 201, UploadDocument.of(announced));
                });
    }

    private static Declared declared(Optional<JsonNode> json) {
        if (json.isEmpty()) {
            return Declared.NOTHING;
        }
        Body body = new Body(json.get());
        int size = body.number("size_bytes", 0, Integer.MAX_VALUE, -1);
        Optional<String> sha256 = body.has("sha256")
                ? Optional.of(body.matching("sha256", SHA256, "must be 64 lower-case hexadecimal digits"))
                : Optional.empty();
        body.done();
        return new Declared(size < 0 ? Optional.empty() : Optional.of((long) size), sha256);
    }

    private Future<Void> find(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return uploads.find(owner, Path.id(ctx, "skill"), Path.id(ctx, "stage"), Path.id(ctx, "upload_id"))
                .compose(upload -> deployments.propose(upload)
                        .compose(proposal -> Reply.json(ctx, 200, UploadDocument.of(upload, proposal))));
    }
}

package dev.weir.edge.http;

import dev.weir.edge.console.Asset;
import io.vertx.core.http.HttpMethod;

/** The console's files; they hold no secret and need no credential. */
final class ConsoleRoutes {
    void mount(Mount mount) {
        for (Asset asset : Asset.all()) {
            mount.open(HttpMethod.GET, asset.path(), ctx -> {
                new Query(ctx).done();
                ctx.response().putHeader("Content-Security-Policy", Asset.CONTENT_SECURITY_POLICY)
                        .putHeader("Referrer-Policy", "no-referrer")
                        .putHeader("Cache-Control", "no-cache");
                return Reply.bytes(ctx, 200, asset.contentType(), asset.bytes());
            });
        }
    }
}

package dev.weir.edge.http;

import dev.weir.feature.skill.Uploads;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** {@code /_local/packages}: what object storage is in AWS mode. The signature in the URL is the only credential. */
final class LocalPackageRoutes {
    private final LocalPackages packages;
    private final Uploads uploads;
    private final long maxBytes;

    LocalPackageRoutes(LocalPackages packages, Uploads uploads, long maxBytes) {
        this.packages = packages;
        this.uploads = uploads;
        this.maxBytes = maxBytes;
    }

    void mount(Mount mount) {
        mount.open(HttpMethod.PUT, "/_local/packages/uploads/{upload_id}", this::receive);
        mount.open(HttpMethod.GET, "/_local/packages/{digest}", this::fetch);
    }

    private Future<Void> receive(RoutingContext ctx) {
        requireSignature(ctx);
        HttpServerRequest request = ctx.request();
        String length = request.getHeader("Content-Length");
        if (length != null && (length.length() > 18 || Long.parseLong(length) > maxBytes)) {
            throw new ProblemException(new Problem.TooLarge("the package", maxBytes));
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        return uploads.receive(Path.id(ctx, "upload_id"), request).compose(_ -> Reply.empty(ctx, 204));
    }

    private Future<Void> fetch(RoutingContext ctx) {
        requireSignature(ctx);
        return packages.fetch(Path.digest(ctx)).compose(file -> {
            ctx.response().putHeader("Content-Type", "application/zip");
            return ctx.response().sendFile(file.toString());
        });
    }

    private void requireSignature(RoutingContext ctx) {
        if (!packages.isSigned(ctx.request().method().name(), ctx.request().uri())) {
            throw new ProblemException(
                    new Problem.Forbidden("the URL is not signed by this gateway, or its time is over"));
        }
    }
}

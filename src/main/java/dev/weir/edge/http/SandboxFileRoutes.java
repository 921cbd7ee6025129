package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.interpreter.SandboxFiles;
import dev.weir.feature.interpreter.Sandboxes;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** Files in the interpreter sessions that callers hold. */
final class SandboxFileRoutes {
    private static final String FILES = InterpreterRoutes.SESSION + "/files";
    private static final String CONTENT = FILES + "/content";
    private static final int MAX_PATH = 1024;

    private final Access access;
    private final SandboxFiles files;
    private final BodyReader contents;

    SandboxFileRoutes(Features features) {
        this.access = features.access();
        this.files = features.agents().interpreters().files();
        this.contents = new BodyReader(Math.toIntExact(files.maxBytes()));
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.GET, FILES, this::list);
        mount.secured(HttpMethod.GET, CONTENT, this::read);
        mount.secured(HttpMethod.PUT, CONTENT, this::write);
        mount.secured(HttpMethod.DELETE, CONTENT, this::remove);
    }

    private Future<Void> list(RoutingContext ctx, Caller caller) {
        Query query = new Query(ctx);
        String directory = query.text("directory", MAX_PATH).orElse("");
        query.done();
        return permit(caller).compose(permit -> files.list(permit, id(ctx), directory)).compose(found -> {
            ObjectNode document = Json.object();
            ArrayNode items = document.putArray("files");
            found.forEach(link -> {
                ObjectNode item = items.addObject().put("name", link.name())
                        .put("type", link.isDirectory() ? "directory" : "file");
                link.size().ifPresent(size -> item.put("size", size));
                link.mimeType().ifPresent(type -> item.put("media_type", type));
            });
            return Reply.json(ctx, 200, document);
        });
    }

    private Future<Void> read(RoutingContext ctx, Caller caller) {
        String path = path(ctx);
        return permit(caller).compose(permit -> files.read(permit, id(ctx), path)).compose(bytes -> {
            // Whatever is in the file, no browser is to take it for a page of ours.
            ctx.response().putHeader("Content-Disposition", "attachment").putHeader("X-Content-Type-Options",
                    "nosniff");
            return Reply.bytes(ctx, 200, "application/octet-stream", bytes);
        });
    }

    private Future<Void> write(RoutingContext ctx, Caller caller) {
        String path = path(ctx);
        return permit(caller).compose(permit -> files.write(permit, id(ctx), path, () -> contents.octets(ctx)))
                .compose(_ -> Reply.empty(ctx, 204));
    }

    private Future<Void> remove(RoutingContext ctx, Caller caller) {
        String path = path(ctx);
        return permit(caller).compose(permit -> files.remove(permit, id(ctx), path))
                .compose(_ -> Reply.empty(ctx, 204));
    }

    private static String id(RoutingContext ctx) {
        return Path.id(ctx, "session_id");
    }

    private static String path(RoutingContext ctx) {
        Query query = new Query(ctx);
        String path = query.text("path", MAX_PATH)
                .orElseThrow(() -> new ProblemException(Problem.Invalid.of("", "query parameter 'path' is required")));
        query.done();
        return path;
    }

    private Future<Permit> permit(Caller caller) {
        return access.interpret(caller, Sandboxes.SKILL);
    }
}

package dev.weir.edge.http;

import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.Ids;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;

/** Path parameters, checked before anything is built from them. */
final class Path {
    /** What deployments are called: an id that may hold dots. */
    static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    static final String VERSION_RULE = "must be 1 to 64 letters, digits, '.', '_' or '-', and start with a letter or digit";

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private Path() {}

    static String id(RoutingContext ctx, String name) {
        String value = ctx.pathParam(name);
        if (!Ids.isLegal(value)) {
            throw wrong(name, "must be 1 to 64 letters, digits, '_' or '-', and start with a letter or digit");
        }
        return value;
    }

    static RunId run(RoutingContext ctx) {
        return new RunId(id(ctx, "run_id"));
    }

    static String version(RoutingContext ctx) {
        return matching(ctx, "version", VERSION, VERSION_RULE);
    }

    static String digest(RoutingContext ctx) {
        return matching(ctx, "digest", DIGEST, "must be 64 lower-case hexadecimal digits");
    }

    private static String matching(RoutingContext ctx, String name, Pattern form, String rule) {
        String value = ctx.pathParam(name);
        if (!form.matcher(value).matches()) {
            throw wrong(name, rule);
        }
        return value;
    }

    private static ProblemException wrong(String name, String rule) {
        return new ProblemException(Problem.Invalid.of("", "path parameter '" + name + "' " + rule));
    }
}

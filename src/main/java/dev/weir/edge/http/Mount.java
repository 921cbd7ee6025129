package dev.weir.edge.http;

import dev.weir.feature.access.Permit;
import dev.weir.feature.agent.Agents;
import dev.weir.kernel.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Puts actions on paths. An action's future carries its failure; the answer it sends itself. Templates are OpenAPI's: {@code /a/{id}}. */
final class Mount {
    private final Router router;
    private final Authentication authentication;
    private final Map<String, Set<String>> table = new LinkedHashMap<>();

    Mount(Router router, Authentication authentication) {
        this.router = router;
        this.authentication = authentication;
    }

    /** For everyone. */
    void open(HttpMethod method, String template, Function<RoutingContext, Future<Void>> action) {
        table.computeIfAbsent(template, _ -> new TreeSet<>()).add(method.name());
        router.route(method, path(template)).setName(template).handler(ctx -> {
            RequestLog.route(ctx, template);
            action.apply(ctx).onFailure(failure -> RequestLoop.run(ctx, () -> ctx.fail(failure)));
        });
    }

    /** For callers with a credential. */
    void secured(HttpMethod method, String template, BiFunction<RoutingContext, Caller, Future<Void>> action) {
        open(method, template, ctx -> authentication.caller(ctx).compose(caller -> action.apply(ctx, caller)));
    }

    /** For callers with a credential or a ticket for the run in the path. */
    void readable(HttpMethod method, String template, BiFunction<RoutingContext, Permit, Future<Void>> action) {
        open(method, template, ctx -> authentication.reader(ctx).compose(permit -> action.apply(ctx, permit)));
    }

    /** For callers with a credential or a ticket for the agent that {@code agent} finds in the request. */
    void usable(String template, Agents agents, Function<RoutingContext, Optional<String>> agent,
            BiFunction<RoutingContext, Authentication.AgentUser, Future<Void>> action) {
        open(HttpMethod.GET, template, ctx -> authentication.user(ctx, agents, agent.apply(ctx))
                .compose(user -> action.apply(ctx, user)));
    }

    /** Answers what is left on the paths mounted: OPTIONS, and 405 for methods they do not have. */
    void close() {
        table.forEach((template, methods) -> {
            String allow = "OPTIONS, " + String.join(", ", methods);
            router.route(path(template)).setName(template).handler(ctx -> {
                RequestLog.route(ctx, template);
                ctx.response().putHeader("Allow", allow);
                if (ctx.request().method().equals(HttpMethod.OPTIONS)) {
                    Reply.empty(ctx, 204).onFailure(ctx::fail);
                } else {
                    ctx.fail(405);
                }
            });
        });
        router.route().handler(ctx -> ctx.fail(404));
    }

    private static String path(String template) {
        return template.replace('{', ':').replace("}", "");
    }
}

package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.feature.skill.Tools;
import dev.weir.kernel.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** {@code /v1/tools}: the answer is the value of {@code tools} in a request to Claude, as it is. */
final class ToolRoutes {
    private static final String USUAL_STAGE = "prod";

    private final Tools tools;

    ToolRoutes(Tools tools) {
        this.tools = tools;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.GET, "/v1/tools", this::list);
    }

    private Future<Void> list(RoutingContext ctx, Caller caller) {
        Query query = new Query(ctx);
        String stage = query.id("stage").orElse(USUAL_STAGE);
        query.done();
        return tools.list(caller, stage).compose(found -> {
            ArrayNode definitions = JsonNodeFactory.instance.arrayNode();
            found.forEach(tool -> definitions.addObject().put("name", tool.name())
                    .put("description", tool.description()).set("input_schema", tool.inputSchema()));
            return Reply.json(ctx, 200, definitions);
        });
    }
}

package dev.weir.feature.skill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.kernel.Offload;
import dev.weir.kernel.Violation;
import dev.weir.wire.schema.InputSchema;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Inputs against the schema their deployment froze, off the event loop. Compiled schemas are kept: deployments never change. */
public final class InputCheck {
    private static final int KEPT = 500;

    private final Offload offload;
    private final Map<String, InputSchema> compiled = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, InputSchema> eldest) {
            return size() > KEPT;
        }
    });

    /** @param offload where a slow pattern hurts nobody else */
    public InputCheck(Offload offload) {
        this.offload = offload;
    }

    /** Every violation; an input must be a JSON object even where no schema says so. */
    public Future<List<Violation>> check(Deployment deployment, JsonNode input) {
        if (!input.isObject()) {
            return Future.succeededFuture(List.of(new Violation("", "must be a JSON object")));
        }
        if (deployment.metadata().inputSchema().isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        String schema = deployment.metadata().inputSchema().get();
        return offload.call(() -> compiled.computeIfAbsent(schema, InputSchema::compile).check(input));
    }
}

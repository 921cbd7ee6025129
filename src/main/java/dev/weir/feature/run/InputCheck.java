package dev.weir.feature.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.feature.skill.Deployment;
import dev.weir.kernel.Violation;
import dev.weir.wire.schema.InputSchema;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/** Inputs against the schema their deployment froze, off the event loop. Compiled schemas are kept: deployments never change. */
public final class InputCheck {
    private static final int KEPT = 500;

    private final Executor blocking;
    private final Map<String, InputSchema> compiled = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, InputSchema> eldest) {
            return size() > KEPT;
        }
    });

    /**
     * Checks on the given executor.
     *
     * @param blocking where a slow pattern hurts nobody else
     */
    public InputCheck(Executor blocking) {
        this.blocking = blocking;
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
        Promise<List<Violation>> result = Promise.promise();
        blocking.execute(() -> {
            try {
                result.complete(compiled.computeIfAbsent(schema, InputSchema::compile).check(input));
            } catch (RuntimeException e) {
                result.fail(e);
            }
        });
        return result.future();
    }
}

package dev.weir.feature.skill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

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

    /** An input that is kept as JSON text, with numbers as exact as the API reads them. */
    public static JsonNode read(String input) {
        try {
            return JSON.readTree(input);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("a kept input is not JSON"); // the cause would quote it
        }
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
        return offload.call(() -> compiled(schema).check(input));
    }

    /** Two at the same time may both compile it: better than that all wait for one that takes long. */
    private InputSchema compiled(String schema) {
        InputSchema known = compiled.get(schema);
        if (known != null) {
            return known;
        }
        InputSchema fresh = InputSchema.compile(schema);
        compiled.put(schema, fresh);
        return fresh;
    }
}

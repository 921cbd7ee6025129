package dev.weir.runner;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.wire.runner.GatewayFrame.Start;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The body of {@code POST /invocations}: one run without a gateway, for trying a container out. */
record Invocation(String packageUrl, Start start) {
    private static final Set<String> FIELDS = Set.of("package_url", "digest", "handler", "input", "env", "timeout_ms",
            "grace_ms");
    private static final long DEFAULT_TIMEOUT_MILLIS = 900_000;
    private static final long DEFAULT_GRACE_MILLIS = 2_000;

    /** Fails with {@link IllegalArgumentException} whose message says what is wrong and quotes nothing. */
    static Invocation parse(byte[] body) {
        JsonNode json;
        try {
            json = ControlFrame.Json.MAPPER.readTree(body);
        } catch (IOException e) {
            throw new IllegalArgumentException("the body is not JSON");
        }
        if (!json.isObject()) {
            throw new IllegalArgumentException("the body is not a JSON object");
        }
        json.fieldNames().forEachRemaining(field -> require(FIELDS.contains(field), "there is an unknown field"));
        require(json.has("input"), "input is missing");
        Map<String, String> env = new LinkedHashMap<>();
        JsonNode entries = json.path("env");
        require(entries.isMissingNode() || entries.isObject(), "env must be an object");
        entries.fieldNames().forEachRemaining(name -> env.put(name, text(entries, name)));
        return new Invocation(text(json, "package_url"), new Start(text(json, "digest"), text(json, "handler"),
                json.get("input"), env, millis(json, "timeout_ms", DEFAULT_TIMEOUT_MILLIS),
                millis(json, "grace_ms", DEFAULT_GRACE_MILLIS)));
    }

    @Override
    public String toString() {
        return "Invocation[" + start + "]";
    }

    private static String text(JsonNode json, String field) {
        require(json.path(field).isTextual(), field + " must be a string");
        return json.get(field).textValue();
    }

    private static long millis(JsonNode json, String field, long otherwise) {
        if (!json.has(field)) {
            return otherwise;
        }
        JsonNode value = json.get(field);
        require(value.isIntegralNumber() && value.canConvertToLong() && value.longValue() > 0,
                field + " must be a positive integer");
        return value.longValue();
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}

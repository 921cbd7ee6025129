package dev.weir.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.ext.web.Route;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The contract and the router say the same. */
class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch", "head", "options",
            "trace");

    @Test
    void contractAndRouterHaveTheSameOperations() throws Exception {
        Set<String> routed = new TreeSet<>();
        try (ApiFixture api = new ApiFixture()) {
            for (Route route : api.router.create(api.vertx).getRoutes()) {
                if (route.methods() != null) {
                    route.methods().forEach(method -> routed.add(method.name() + " " + route.getName()));
                }
            }
        }
        assertThat(operations(contract())).containsExactlyElementsOf(routed).isNotEmpty();
    }

    @Test
    void everyReferenceLeadsSomewhere() throws Exception {
        JsonNode contract = contract();
        var references = contract.findValuesAsText("$ref");

        assertThat(references).isNotEmpty()
                .allSatisfy(reference -> assertThat(contract.at(reference.substring(1)).isMissingNode()).as(reference)
                        .isFalse());
    }

    @Test
    void everyPathParameterIsDeclared() throws Exception {
        JsonNode contract = contract();
        contract.get("paths").properties().forEach(path -> {
            var declared = new ArrayList<String>();
            path.getValue().path("parameters").forEach(parameter -> {
                JsonNode known = contract.at(parameter.get("$ref").asText().substring(1));
                assertThat(known.get("in").asText()).isEqualTo("path");
                declared.add("{" + known.get("name").asText() + "}");
            });
            var used = java.util.regex.Pattern.compile("\\{[^}]+}").matcher(path.getKey()).results().map(r -> r.group())
                    .toList();
            assertThat(declared).as(path.getKey()).containsExactlyElementsOf(used);
        });
    }

    private static Set<String> operations(JsonNode contract) {
        Set<String> operations = new TreeSet<>();
        contract.get("paths").properties().forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
            if (METHODS.contains(method)) {
                operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
            }
        }));
        return operations;
    }

    private static JsonNode contract() throws Exception {
        try (InputStream file = OpenApiTest.class.getResourceAsStream("/openapi.yaml")) {
            return new YAMLMapper().readTree(file);
        }
    }
}

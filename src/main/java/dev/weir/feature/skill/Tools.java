package dev.weir.feature.skill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Allowance;
import dev.weir.kernel.Caller;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a caller may invoke, in the form that Claude's Messages API takes as {@code tools} (feature S0-07). */
public final class Tools {
    /** Names that Claude takes (Anthropic API reference, "Tool use": {@code name}). */
    static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    private static final int PAGE = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The Messages API refuses these at the top of a schema; what they say is still checked when the tool is invoked. */
    private static final List<String> REFUSED_ON_TOP = List.of("oneOf", "anyOf", "allOf");

    private final SkillCatalog catalog;
    private final Access access;

    public Tools(SkillCatalog catalog, Access access) {
        this.catalog = catalog;
        this.access = access;
    }

    /** One definition; the schema is always one of objects, as every input is. */
    public record Tool(String name, String description, ObjectNode inputSchema) {}

    /** The active stages called {@code stage} that {@code caller} may invoke, by skill, as their deployments froze them. */
    public Future<List<Tool>> list(Caller caller, String stage) {
        return access.allowance(caller).compose(allowance -> add(new ArrayList<>(), caller, allowance, stage, ""));
    }

    private Future<List<Tool>> add(List<Tool> tools, Caller caller, Allowance allowance, String stage, String after) {
        return catalog.active(caller.tenant(), stage, after, PAGE).compose(page -> {
            page.stream().filter(each -> allowance.allows(each.stage().skill())).filter(Tools::isTaken)
                    .map(Tools::tool).forEach(tools::add);
            return page.size() < PAGE
                    ? Future.succeededFuture(List.copyOf(tools))
                    : add(tools, caller, allowance, stage, page.getLast().stage().skill());
        });
    }

    private static Tool tool(Deployment deployment) {
        String name = deployment.stage().skill();
        if (!NAME.matcher(name).matches()) {
            throw new IllegalStateException("a skill's name is narrower than a tool's");
        }
        return new Tool(name, deployment.metadata().description(), schema(deployment));
    }

    /** One name that the API does not take would make it refuse all the tools; the upload was warned. */
    private static boolean isTaken(Deployment deployment) {
        return deployment.metadata().inputSchema().map(ToolProperties::refused).orElse(List.of()).isEmpty();
    }

    private static ObjectNode schema(Deployment deployment) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        deployment.metadata().inputSchema().map(Tools::parsed).ifPresent(frozen -> frozen.properties().stream()
                .filter(entry -> !entry.getKey().equals("type") && !REFUSED_ON_TOP.contains(entry.getKey()))
                .forEach(entry -> schema.set(entry.getKey(), entry.getValue())));
        return schema;
    }

    private static JsonNode parsed(String schema) {
        try {
            return JSON.readTree(schema);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a frozen schema is JSON", e);
        }
    }
}

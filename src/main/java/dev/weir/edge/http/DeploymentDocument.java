package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.skill.DependencyBundler.Resolved;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.Deployments;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.feature.skill.change.SchemaChange;
import java.util.List;

/** Deployments, and what they freeze, as clients see them. */
final class DeploymentDocument {
    private DeploymentDocument() {}

    static ObjectNode of(Deployment deployment) {
        ObjectNode document = Json.object()
                .put("skill", deployment.stage().skill())
                .put("stage", deployment.stage().stage())
                .put("version", deployment.version())
                .put("upload_id", deployment.uploadId())
                .put("digest", deployment.digest());
        put(document, deployment.metadata());
        return document.put("created_by", deployment.createdBy()).put("created_at", deployment.createdAt().toString());
    }

    static ObjectNode put(ObjectNode document, PackageMetadata metadata) {
        document.put("handler", metadata.handler()).put("description", metadata.description());
        Json.putRaw(document, "input_schema", metadata.inputSchema());
        Json.putRaw(document, "output_schema", metadata.outputSchema());
        ArrayNode dependencies = document.putArray("dependencies");
        metadata.dependencies().forEach(each -> {
            ArrayNode hashes = dependencies.addObject().put("name", each.name()).put("version", each.version())
                    .putArray("sha256");
            each.sha256().forEach(hashes::add);
        });
        return document;
    }

    static ObjectNode of(Deployments.Difference difference) {
        PackageMetadata from = difference.from().metadata();
        PackageMetadata to = difference.to().metadata();
        ObjectNode document = Json.object()
                .put("from", difference.from().version())
                .put("to", difference.to().version())
                .put("code_changed", !difference.from().digest().equals(difference.to().digest()))
                .put("handler_changed", !from.handler().equals(to.handler()))
                .put("description_changed", !from.description().equals(to.description()))
                .put("output_schema_changed", !from.outputSchema().equals(to.outputSchema()))
                .put("minimum_change_level", difference.inputSchema().minimum().wireName());
        document.set("input_schema_changes", reasons(difference.inputSchema()));
        missing(document.putArray("dependencies_added"), to.dependencies(), from.dependencies());
        missing(document.putArray("dependencies_removed"), from.dependencies(), to.dependencies());
        return document;
    }

    static ArrayNode reasons(SchemaChange change) {
        ArrayNode reasons = Json.object().arrayNode();
        change.reasons().forEach(reason -> reasons.addObject().put("level", reason.level().wireName())
                .put("pointer", reason.pointer()).put("message", reason.message()));
        return reasons;
    }

    /** Those that the others lack, a changed version being another package. */
    private static void missing(ArrayNode into, List<Resolved> of, List<Resolved> others) {
        of.stream().filter(each -> others.stream().noneMatch(
                other -> other.name().equals(each.name()) && other.version().equals(each.version())))
                .forEach(each -> into.add(each.name() + "==" + each.version()));
    }
}

package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.skill.Deployments;
import dev.weir.feature.skill.Upload;
import dev.weir.feature.skill.Uploads;
import java.util.Optional;

/** Uploads as clients see them. */
final class UploadDocument {
    private UploadDocument() {}

    /** With the signed URL, which is shown this once. */
    static ObjectNode of(Uploads.Ticketed announced) {
        ObjectNode document = Json.object()
                .put("upload_id", announced.upload().id())
                .put("url", announced.url())
                .put("method", "PUT");
        document.putObject("headers");
        return document.put("expires_at", announced.expiresAt().toString());
    }

    /** With what there is to confirm, once it is ready. */
    static ObjectNode of(Upload upload, Optional<Deployments.Proposal> proposal) {
        ObjectNode document = Json.object()
                .put("upload_id", upload.id())
                .put("skill", upload.stage().skill())
                .put("stage", upload.stage().stage())
                .put("status", upload.status().wireName())
                .put("digest", upload.digest().orElse(null));
        ArrayNode findings = document.putArray("findings");
        upload.findings()
                .forEach(finding -> findings.addObject()
                        .put("rule", finding.rule())
                        .put("severity", finding.severity())
                        .put("file", finding.file())
                        .put("line", finding.line())
                        .put("message", finding.message()));
        upload.accepted().ifPresentOrElse(
                accepted -> DeploymentDocument.put(document.putObject("metadata"), accepted.metadata()),
                () -> document.putNull("metadata"));
        document.put("minimum_change_level", proposal.flatMap(Deployments.Proposal::change)
                .map(change -> change.minimum().wireName()).orElse(null));
        document.set("input_schema_changes", proposal.flatMap(Deployments.Proposal::change)
                .map(DeploymentDocument::reasons).orElseGet(() -> Json.object().arrayNode()));
        return document
                .put("next_version", proposal.map(each -> each.nextVersion().toString()).orElse(null))
                .put("created_at", upload.createdAt().toString())
                .put("expires_at", upload.expiresAt().toString());
    }
}

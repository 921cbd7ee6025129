package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.Deployments;
import dev.weir.feature.skill.Upload;

/** Uploads and deployments as clients see them. */
final class UploadDocument {
    private UploadDocument() {}

    /** With the signed URL, which is shown this once. */
    static ObjectNode of(Deployments.Ticketed announced) {
        ObjectNode document = Json.object()
                .put("upload_id", announced.upload().id())
                .put("url", announced.url())
                .put("method", "PUT");
        document.putObject("headers");
        return document.put("expires_at", announced.expiresAt().toString());
    }

    static ObjectNode of(Upload upload) {
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
        return document.put("created_at", upload.createdAt().toString()).put("expires_at",
                upload.expiresAt().toString());
    }

    static ObjectNode of(Deployment deployment) {
        ObjectNode document = Json.object()
                .put("skill", deployment.stage().skill())
                .put("stage", deployment.stage().stage())
                .put("version", deployment.version())
                .put("upload_id", deployment.uploadId())
                .put("digest", deployment.digest())
                .put("handler", deployment.handler())
                .put("description", deployment.description());
        Json.putRaw(document, "input_schema", deployment.inputSchema());
        Json.putRaw(document, "output_schema", deployment.outputSchema());
        return document.put("created_by", deployment.createdBy()).put("created_at", deployment.createdAt().toString());
    }
}

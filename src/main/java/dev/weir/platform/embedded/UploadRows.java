package dev.weir.platform.embedded;

import dev.weir.feature.skill.DependencyBundler.Resolved;
import dev.weir.feature.skill.Finding;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.feature.skill.Upload;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Rows of the table {@code upload} as uploads, and what of these is kept as JSON. */
final class UploadRows {
    private UploadRows() {}

    static Upload upload(Row row) throws SQLException {
        Optional<String> metadata = row.optionalText("metadata");
        Optional<Upload.Accepted> accepted = row.optionalText("package_digest")
                .map(digest -> new Upload.Accepted(digest, metadata(metadata.orElseThrow())));
        return new Upload(row.text("id"), CatalogRows.stageRef(row), Upload.Status.valueOf(row.text("status")),
                new Upload.Declared(row.optionalNumber("declared_size"), row.optionalText("declared_sha256")),
                row.optionalText("digest"), findings(row.text("findings")), accepted, row.instant("created_at"),
                row.instant("expires_at"));
    }

    static String json(List<Finding> findings) {
        JsonArray array = new JsonArray();
        findings.forEach(finding -> array.add(new JsonObject().put("rule", finding.rule())
                .put("severity", finding.severity()).put("file", finding.file()).put("line", finding.line())
                .put("message", finding.message())));
        return array.encode();
    }

    static String json(PackageMetadata metadata) {
        return new JsonObject().put("description", metadata.description())
                .put("input_schema", metadata.inputSchema().orElse(null))
                .put("output_schema", metadata.outputSchema().orElse(null))
                .put("handler", metadata.handler())
                .put("dependencies", dependencies(metadata.dependencies())).encode();
    }

    static String dependencies(List<Resolved> packages) {
        JsonArray array = new JsonArray();
        packages.forEach(each -> array.add(new JsonObject().put("name", each.name()).put("version", each.version())
                .put("sha256", new JsonArray(each.sha256()))));
        return array.encode();
    }

    static List<Resolved> dependencies(String json) {
        return new JsonArray(json).stream().map(JsonObject.class::cast)
                .map(each -> new Resolved(each.getString("name"), each.getString("version"),
                        each.getJsonArray("sha256").stream().map(String.class::cast).toList()))
                .toList();
    }

    private static PackageMetadata metadata(String json) {
        JsonObject object = new JsonObject(json);
        return new PackageMetadata(object.getString("description"),
                Optional.ofNullable(object.getString("input_schema")),
                Optional.ofNullable(object.getString("output_schema")), object.getString("handler"),
                dependencies(object.getString("dependencies")));
    }

    private static List<Finding> findings(String json) {
        return new JsonArray(json).stream().map(JsonObject.class::cast)
                .map(finding -> new Finding(finding.getString("rule"), finding.getString("severity"),
                        finding.getString("file"), finding.getInteger("line"), finding.getString("message")))
                .toList();
    }
}

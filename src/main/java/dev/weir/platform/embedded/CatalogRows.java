package dev.weir.platform.embedded;

import dev.weir.feature.secret.SecretRef;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.feature.skill.Skill;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.StageRef;
import dev.weir.kernel.TenantId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Rows of the catalog's tables as skills, stages and deployments; and what of these is kept as JSON. */
final class CatalogRows {
    private CatalogRows() {}

    static Skill skill(Row row) throws SQLException {
        return new Skill(tenant(row), row.text("name"), row.text("description"), row.optionalText("input_schema"),
                row.optionalText("output_schema"), row.instant("created_at"), row.instant("updated_at"));
    }

    static Stage stage(Row row) throws SQLException {
        return new Stage(new StageRef(tenant(row), row.text("skill"), row.text("name")),
                Stage.Size.valueOf(row.text("size")), row.duration("timeout"), env(row.text("env")),
                secretRefs(row.text("secret_refs")),
                row.integer("max_attempts"), row.optionalText("active_version"), row.instant("created_at"),
                row.instant("updated_at"));
    }

    static Deployment deployment(Row row) throws SQLException {
        return new Deployment(stageRef(row), row.text("version"), row.text("upload_id"), row.text("digest"),
                new PackageMetadata(row.text("description"), row.optionalText("input_schema"),
                        row.optionalText("output_schema"), row.text("handler"),
                        UploadRows.dependencies(row.text("dependencies"))),
                row.text("created_by"), row.instant("created_at"));
    }

    static String json(Map<String, String> env) {
        JsonObject object = new JsonObject();
        env.forEach(object::put);
        return object.encode();
    }

    private static Map<String, String> env(String json) {
        JsonObject object = new JsonObject(json);
        return object.fieldNames().stream().collect(Collectors.toMap(name -> name, object::getString));
    }

    static String secretRefs(List<SecretRef> refs) {
        JsonArray array = new JsonArray();
        refs.forEach(ref -> array.add(new JsonObject().put("env", ref.env()).put("secret_id", ref.secretId())));
        return array.encode();
    }

    private static List<SecretRef> secretRefs(String json) {
        return new JsonArray(json).stream().map(JsonObject.class::cast)
                .map(ref -> new SecretRef(ref.getString("env"), ref.getString("secret_id"))).toList();
    }

    static StageRef stageRef(Row row) throws SQLException {
        return new StageRef(tenant(row), row.text("skill"), row.text("stage"));
    }

    private static TenantId tenant(Row row) throws SQLException {
        return new TenantId(row.text("tenant"));
    }
}

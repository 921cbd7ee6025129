package dev.weir.platform.embedded;

import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.feature.skill.Skill;
import dev.weir.feature.skill.Stage;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.TenantId;
import java.sql.SQLException;

/** Rows of the catalog's tables as skills, stages and deployments. */
final class CatalogRows {
    private CatalogRows() {}

    static Skill skill(Row row) throws SQLException {
        return new Skill(tenant(row), row.text("name"), row.text("description"), row.optionalText("input_schema"),
                row.optionalText("output_schema"), row.instant("created_at"), row.instant("updated_at"));
    }

    static Stage stage(Row row) throws SQLException {
        return new Stage(new StageRef(tenant(row), row.text("skill"), row.text("name")),
                StageRows.settings(row), row.optionalText("active_version"), row.instant("created_at"),
                row.instant("updated_at"));
    }

    static Deployment deployment(Row row) throws SQLException {
        return new Deployment(stageRef(row), row.text("version"), row.text("upload_id"), row.text("digest"),
                new PackageMetadata(row.text("description"), row.optionalText("input_schema"),
                        row.optionalText("output_schema"), row.text("handler"),
                        UploadRows.dependencies(row.text("dependencies"))),
                row.text("created_by"), row.instant("created_at"));
    }

    static StageRef stageRef(Row row) throws SQLException {
        return new StageRef(tenant(row), row.text("skill"), row.text("stage"));
    }

    private static TenantId tenant(Row row) throws SQLException {
        return new TenantId(row.text("tenant"));
    }
}

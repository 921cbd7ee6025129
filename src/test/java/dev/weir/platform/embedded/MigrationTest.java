package dev.weir.platform.embedded;

import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.event.RunId;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.Finding;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.Upload;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.wire.env.StrippedName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever installs a newer program keeps what the older one knew. */
class MigrationTest {
    private static final String ROWS = """
            insert into skill values ('%1$s', '%2$s', 'of the skill', null, null, 1, 1);
            insert into stage (tenant, skill, name, size, timeout, env, max_attempts, active_version, created_at,
            updated_at) values ('%1$s', '%2$s', '%3$s', 'S', 60000000, '{"A":"1"}', 1, '1.0.0', 1, 1);
            insert into deployment (tenant, skill, stage, version, upload_id, digest, handler, created_by, created_at)
            values ('%1$s', '%2$s', '%3$s', '1.0.0', 'u0', 'ab', 'main:handler', 'ada', 1);
            insert into upload values ('u1', '%1$s', '%2$s', '%3$s', 'READY_TO_DEPLOY', 'cd', '[]', 1, 2);
            insert into upload values ('u2', '%1$s', '%2$s', '%3$s', 'VALIDATING', 'ef', '[]', 1, 2);
            insert into run (id, tenant, skill, stage, version, source, invoked_by, input, timeout, max_attempts,
            created_at, status, stripped_env)
            values ('run_1', '%1$s', '%2$s', '%3$s', '1.0.0', 'api', 'ada', '{}', 1, 1, 1, 'queued', '["AWS_KEY"]');
            insert into run (id, tenant, skill, stage, version, source, invoked_by, input, timeout, max_attempts,
            created_at, status, last_event, finished_at, billable)
            values ('run_0', '%1$s', '%2$s', '%3$s', '1.0.0', 'api', 'ada', '{}', 1, 1, 1, 'cancelled', '0-1', 1, 0);
            """.formatted(TENANT.value(), STAGE.skill(), STAGE.stage());

    @TempDir
    private Path directory;

    @Test
    void whatTheFirstVersionWroteIsReadByThisOne() throws SQLException, IOException {
        writeAsTheFirstVersion();
        SqliteDatabase database = SqliteDatabase.open(directory);
        try {
            SqliteSkillCatalog catalog = new SqliteSkillCatalog(database);
            Stage stage = Answers.of(catalog.stage(STAGE)).orElseThrow();
            assertThat(stage.activeVersion()).contains("1.0.0");
            assertThat(stage.settings().secretRefs()).isEmpty();
            Deployment deployment = Answers.of(catalog.newest(STAGE)).orElseThrow();
            assertThat(deployment.metadata()).isEqualTo(new PackageMetadata("of the skill", Optional.empty(),
                    Optional.empty(), "main:handler", List.of()));
            SqliteUploadStore uploads = new SqliteUploadStore(database);
            Upload ready = Answers.of(uploads.find(TENANT, "u1")).orElseThrow();
            assertThat(ready.status()).as("it was checked by less").isEqualTo(Upload.Status.REJECTED);
            assertThat(ready.findings()).extracting(Finding::rule).containsExactly("upload.outdated");
            assertThat(Answers.of(uploads.take(stage.createdAt(), stage.createdAt().plusSeconds(1))))
                    .map(turn -> turn.upload().id()).contains("u2");
            SqliteRunStore runs = new SqliteRunStore(database, new HandClock());
            assertThat(Answers.of(runs.ended(Optional.empty(), 9))).as("what ended long ago is done with").isEmpty();
            assertThat(Answers.of(runs.find(new RunId("run_1"))).orElseThrow().strippedEnv())
                    .containsExactly(new StrippedName("AWS_KEY", "unrecorded"));
        } finally {
            database.close().await();
        }
    }

    private void writeAsTheFirstVersion() throws SQLException, IOException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("weir.db"));
                Statement statement = connection.createStatement();
                InputStream schema = MigrationTest.class.getResourceAsStream("V1.sql")) {
            statement.executeUpdate(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
            statement.executeUpdate(ROWS);
            statement.executeUpdate("pragma user_version = 1");
        }
    }
}

package dev.weir.platform.embedded;

import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.contract.SecretStoreContract;
import dev.weir.feature.secret.SecretRef;
import dev.weir.feature.secret.SecretStore.Entry;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.StageSettings;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Redacted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SqliteSecretStoreTest extends SqliteTest implements SecretStoreContract {
    private static final String VALUE = "a-value-that-nobody-may-see";

    @Override
    public SqliteSecretStore secrets() {
        return SqliteSecretStore.open(database, data());
    }

    @Test
    void noFileHoldsTheValueAndTheKeyIsTheOwnersAlone() throws IOException {
        put("db", VALUE);
        close();
        try (Stream<Path> files = Files.walk(data()).filter(Files::isRegularFile)) {
            for (Path file : files.toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertThat(bytes.contains(VALUE)).as(file.toString()).isFalse();
            }
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key()))).isEqualTo("rw-------");
        open();
        assertThat(revealed("db")).contains(VALUE);
    }

    @Test
    void rotationSealsEveryValueAnewUnderAnotherKey() throws IOException {
        put("db", VALUE);
        put("api", "two");
        byte[] oldKey = Files.readAllBytes(key());
        List<String> oldIds = keyIds();
        close();

        assertThat(SqliteSecretStore.rotateKey(data())).isEqualTo(2);

        open();
        assertThat(Files.readAllBytes(key())).isNotEqualTo(oldKey).hasSize(32);
        assertThat(data().resolve("secrets.key.next")).doesNotExist();
        assertThat(keyIds()).hasSize(1).doesNotContainAnyElementsOf(oldIds);
        assertThat(revealed("db")).contains(VALUE);
        assertThat(revealed("api")).contains("two");
        assertThat(Answers.of(secrets().find(TENANT, "db")).orElseThrow().version()).isEqualTo(1);

        Files.write(key(), oldKey);
        assertThat(Answers.problemOf(secrets().reveal(TENANT, "db"))).isInstanceOf(Problem.Unprocessable.class);
    }

    @Test
    void rotationIsRefusedWhileAGatewayHasTheDirectory() {
        put("db", VALUE);
        assertThatThrownBy(() -> SqliteSecretStore.rotateKey(data())).isInstanceOf(ProblemException.class)
                .hasMessageContaining("in use");
        assertThat(revealed("db")).contains(VALUE);
    }

    @Test
    void aRotationBrokenOffBeforeTheValuesChangedLeavesTheOldKey() throws IOException {
        put("db", VALUE);
        byte[] oldKey = Files.readAllBytes(key());
        new SecretKeyFile(data()).begin();
        assertThat(revealed("db")).contains(VALUE);
        assertThat(Files.readAllBytes(key())).isEqualTo(oldKey);
        assertThat(data().resolve("secrets.key.next")).doesNotExist();
    }

    @Test
    void aRotationBrokenOffAfterTheValuesChangedGoesOn() throws IOException {
        put("db", VALUE);
        byte[] oldKey = Files.readAllBytes(key());
        close();
        SqliteSecretStore.rotateKey(data());
        byte[] newKey = Files.readAllBytes(key());
        Files.move(key(), data().resolve("secrets.key.next"));
        KeyFile.loadOrCreate(key(), 32);
        Files.write(key(), oldKey);
        open();
        assertThat(revealed("db")).contains(VALUE);
        assertThat(Files.readAllBytes(key())).isEqualTo(newKey);
        assertThat(data().resolve("secrets.key.next")).doesNotExist();
    }

    @Test
    void aValueThatWasChangedOrMovedDoesNotOpen() {
        put("db", VALUE);
        put("api", "two");
        byte[] ofDb = Answers.of(database.read(session -> session.first(
                "select sealed from secret_value where id = 'db'", row -> row.bytes("sealed")))).orElseThrow();
        overwrite("api", ofDb);
        assertThat(Answers.problemOf(secrets().reveal(TENANT, "api"))).isInstanceOf(Problem.Unprocessable.class);
        ofDb[20] ^= 1;
        overwrite("db", ofDb);
        assertThat(Answers.problemOf(secrets().reveal(TENANT, "db"))).isInstanceOf(Problem.Unprocessable.class)
                .extracting(Problem::detail).asString().doesNotContain(VALUE);
        overwrite("db", new byte[3]);
        assertThat(Answers.problemOf(secrets().reveal(TENANT, "db"))).isInstanceOf(Problem.Unprocessable.class);
    }

    @Test
    void aSecretThatAStageHoldsIsNotDeleted() {
        put("db", VALUE);
        put("d", VALUE);
        SqliteSkillCatalog catalog = new SqliteSkillCatalog(database);
        Samples.stage(catalog, STAGE, NOW);
        Answers.of(catalog.put(new Stage(STAGE, StageSettings.of(Stage.Size.S, Duration.ofSeconds(9), Map.of(),
                List.of(new SecretRef("DB", "db")), 1), Optional.empty(), NOW, NOW)));
        assertThat(Answers.of(secrets().delete(TENANT, "db"))).isFalse();
        assertThat(Answers.of(secrets().delete(TENANT, "d"))).isTrue();
        Samples.stage(catalog, STAGE, NOW);
        assertThat(Answers.of(secrets().delete(TENANT, "db"))).isTrue();
        assertThat(keyIds()).isEmpty();
    }

    private void put(String id, String value) {
        Answers.of(secrets().put(new Entry(TENANT, id, new Redacted(value), "olga", NOW)));
    }

    private Optional<String> revealed(String id) {
        return Answers.of(secrets().reveal(TENANT, id)).map(Redacted::reveal);
    }

    private List<String> keyIds() {
        return Answers.of(database.read(session -> session.list("select distinct key_id from secret_value",
                row -> row.text("key_id"))));
    }

    private void overwrite(String id, byte[] sealed) {
        Answers.of(database.write(session -> session.update("update secret_value set sealed = ? where id = ?", sealed,
                id)));
    }

    private Path data() {
        return directory.resolve("data");
    }

    private Path key() {
        return data().resolve("secrets.key");
    }
}

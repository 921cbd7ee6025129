package dev.weir.platform.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contract.UploadStoreContract;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import org.junit.jupiter.api.Test;

class SqliteUploadStoreTest extends SqliteTest implements UploadStoreContract {
    @Override
    public SqliteUploadStore uploads() {
        return new SqliteUploadStore(database);
    }

    @Override
    public SqliteSkillCatalog stages() {
        return new SqliteSkillCatalog(database);
    }

    @Test
    void uploadsGoWithTheirStage() {
        Samples.stage(stages(), Samples.STAGE, NOW);
        Answers.of(uploads().add(Samples.upload(Samples.STAGE, "u1", NOW)));
        Answers.of(stages().delete(Samples.STAGE));
        assertThat(Answers.of(uploads().announced("u1"))).isEmpty();
    }
}

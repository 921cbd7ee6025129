package dev.weir.platform.embedded;

import static dev.weir.fixture.Samples.STAGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contract.SkillCatalogContract;
import dev.weir.contract.SkillReleaseContract;
import dev.weir.feature.skill.Deployment;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SqliteSkillCatalogTest extends SqliteTest implements SkillCatalogContract, SkillReleaseContract {
    @Override
    public SqliteSkillCatalog catalog() {
        return new SqliteSkillCatalog(database);
    }

    /** Between the owner's look at it and the confirmation. */
    @Test
    void anUploadThatWasSupersededIsNotDeployed() {
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        Samples.stage(catalog(), STAGE, now);
        Answers.of(new SqliteUploadStore(database).add(Samples.upload(STAGE, "u1", now)));
        Deployment deployment = new Deployment(STAGE, "1.0.0", "u1", "cd".repeat(32), Samples.metadata(), "ada", now);
        assertThat(Answers.of(catalog().deploy(deployment, Optional.empty()))).isFalse();
    }
}

package dev.weir.contract;

import static dev.weir.fixture.Samples.OTHER_TENANT;
import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.kernel.StageRef;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link SkillCatalog} does with deployments. */
public interface SkillReleaseContract {
    Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** An empty catalog, the same one throughout a test. */
    SkillCatalog catalog();

    @Test
    default void whatIsActiveOnAStageIsListedBySkill() {
        for (String skill : List.of("b", "a", "c")) {
            StageRef ref = new StageRef(TENANT, skill, "prod");
            Samples.stage(catalog(), ref, NOW);
            assertThat(deploy(ref, "1.0.0", "")).isTrue();
        }
        assertThat(deploy(new StageRef(TENANT, "b", "prod"), "2.0.0", "1.0.0")).isTrue();
        StageRef other = new StageRef(TENANT, "a", "dev");
        Samples.stage(catalog(), other, NOW);
        assertThat(deploy(other, "3.0.0", "")).isTrue();
        Samples.stage(catalog(), new StageRef(TENANT, "d", "prod"), NOW);

        assertThat(Answers.of(catalog().active(TENANT, "prod", "", 10)))
                .extracting(each -> each.stage().skill() + each.version())
                .containsExactly("a1.0.0", "b2.0.0", "c1.0.0");
        assertThat(Answers.of(catalog().active(TENANT, "prod", "a", 1)))
                .extracting(each -> each.stage().skill()).containsExactly("b");
        assertThat(Answers.of(catalog().active(TENANT, "qa", "", 10))).isEmpty();
        assertThat(Answers.of(catalog().active(OTHER_TENANT, "prod", "", 10))).isEmpty();
    }

    @Test
    default void aDeploymentRunsAtOnceAndItsVersionIsTaken() {
        Samples.stage(catalog(), STAGE, NOW);
        Deployment first = Samples.deployment(STAGE, "1.0.0", NOW);
        assertThat(Answers.of(catalog().newest(STAGE))).isEmpty();
        assertThat(Answers.of(catalog().deploy(first, Optional.empty()))).isTrue();
        assertThat(active()).contains("1.0.0");
        assertThat(deploy(STAGE, "1.1.0", "1.0.0")).isTrue();
        assertThat(active()).contains("1.1.0");

        Deployment again = new Deployment(STAGE, "1.0.0", "another", first.digest(), first.metadata(), "ada", NOW);
        assertThat(Answers.of(catalog().deploy(again, Optional.of("1.1.0")))).isFalse();
        assertThat(active()).contains("1.1.0");
        assertThat(Answers.of(catalog().deployment(STAGE, "1.0.0"))).contains(first);
        assertThat(Answers.of(catalog().newest(STAGE))).map(Deployment::version).contains("1.1.0");
    }

    @Test
    default void anUploadIsDeployedOnce() {
        Samples.stage(catalog(), STAGE, NOW);
        Deployment first = Samples.deployment(STAGE, "1.0.0", NOW);
        Answers.of(catalog().deploy(first, Optional.empty()));
        Deployment again = new Deployment(STAGE, "1.0.1", first.uploadId(), first.digest(), first.metadata(), "ada",
                NOW);
        assertThat(Answers.of(catalog().deploy(again, Optional.of("1.0.0")))).isFalse();
        assertThat(active()).contains("1.0.0");
    }

    @Test
    default void whatFollowsAnotherThanTheNewestIsNotDeployed() {
        Samples.stage(catalog(), STAGE, NOW);
        assertThat(deploy(STAGE, "1.0.0", "0.9.0")).isFalse();
        assertThat(deploy(STAGE, "1.0.0", "")).isTrue();
        assertThat(deploy(STAGE, "1.0.1", "")).isFalse();
        assertThat(deploy(STAGE, "1.0.1", "1.0.0")).isTrue();
        Answers.of(catalog().activate(STAGE, "1.0.0"));
        assertThat(deploy(STAGE, "1.0.2", "1.0.0")).isFalse();
        assertThat(active()).contains("1.0.0");
    }

    @Test
    default void ofManyDeploymentsThatFollowOneOneIsMade() {
        Samples.stage(catalog(), STAGE, NOW);
        assertThat(deploy(STAGE, "1.0.0", "")).isTrue();
        List<Boolean> answers = Answers.atOnce(20, i -> catalog()
                .deploy(Samples.deployment(STAGE, "1." + (1 + i) + ".0", NOW.plusSeconds(i)), Optional.of("1.0.0")));
        assertThat(answers).filteredOn(deployed -> deployed).hasSize(1);
        assertThat(Answers.of(catalog().deployments(STAGE, 50))).hasSize(2);
    }

    @Test
    default void onlyWhatWasDeployedIsActivated() {
        Samples.stage(catalog(), STAGE, NOW);
        deploy(STAGE, "1.0.0", "");
        deploy(STAGE, "2.0.0", "1.0.0");
        assertThat(Answers.of(catalog().activate(STAGE, "1.0.0"))).isTrue();
        assertThat(active()).contains("1.0.0");
        assertThat(Answers.of(catalog().activate(STAGE, "3.0.0"))).isFalse();
        assertThat(Answers.of(catalog().activate(new StageRef(OTHER_TENANT, "hello", "prod"), "2.0.0"))).isFalse();
        assertThat(active()).contains("1.0.0");
    }

    @Test
    default void deploymentsAreListedNewestFirst() {
        Samples.stage(catalog(), STAGE, NOW);
        for (int i = 1; i <= 4; i++) {
            Answers.of(catalog().deploy(Samples.deployment(STAGE, "1.0." + i, NOW.plusSeconds(i / 2)),
                    i == 1 ? Optional.empty() : Optional.of("1.0." + (i - 1))));
        }
        assertThat(Answers.of(catalog().deployments(STAGE, 3))).map(Deployment::version)
                .containsExactly("1.0.4", "1.0.3", "1.0.2");
        StageRef foreign = new StageRef(OTHER_TENANT, "hello", "prod");
        assertThat(Answers.of(catalog().deployments(foreign, 3))).isEmpty();
        assertThat(Answers.of(catalog().deployment(foreign, "1.0.1"))).isEmpty();
        assertThat(Answers.of(catalog().newest(foreign))).isEmpty();
    }

    @Test
    default void nothingIsDeployedToAStageThatIsNotThere() {
        assertThat(Answers.problemOf(catalog().deploy(Samples.deployment(STAGE, "1.0.0", NOW), Optional.empty())))
                .isInstanceOf(Problem.NotFound.class);
    }

    private boolean deploy(StageRef ref, String version, String follows) {
        return Answers.of(catalog().deploy(Samples.deployment(ref, version, NOW),
                Optional.of(follows).filter(text -> !text.isEmpty())));
    }

    private Optional<String> active() {
        return Answers.of(catalog().stage(STAGE)).orElseThrow().activeVersion();
    }
}

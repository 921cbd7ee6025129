package dev.weir.contract;

import static dev.weir.fixture.Samples.OTHER_TENANT;
import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.Finding;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.feature.skill.StageRef;
import dev.weir.feature.skill.Upload;
import dev.weir.feature.skill.Upload.Status;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link SkillCatalog} does with uploads and deployments. */
public interface SkillReleaseContract {
    Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** An empty catalog, the same one throughout a test. */
    SkillCatalog catalog();

    @Test
    default void anUploadIsItsTenants() {
        Upload upload = added("u1");
        assertThat(found("u1")).isEqualTo(upload);
        assertThat(Answers.of(catalog().upload(OTHER_TENANT, "u1"))).isEmpty();
        assertThat(Answers.of(catalog().announced("u1"))).isPresent();
        assertThat(Answers.of(catalog().announced("u2"))).isEmpty();
        assertThat(Answers.of(catalog().upload(TENANT, "u2"))).isEmpty();
        StageRef foreign = new StageRef(OTHER_TENANT, "hello", "prod");
        assertThat(Answers.problemOf(catalog().add(Samples.upload(foreign, "u3", NOW))))
                .isInstanceOf(Problem.NotFound.class);
    }

    @Test
    default void whatIsActiveOnAStageIsListedBySkill() {
        for (String skill : List.of("b", "a", "c")) {
            StageRef ref = new StageRef(TENANT, skill, "prod");
            Samples.stage(catalog(), ref, NOW);
            Answers.of(catalog().deploy(Samples.deployment(ref, "1.0.0", NOW)));
        }
        Answers.of(catalog().deploy(Samples.deployment(new StageRef(TENANT, "b", "prod"), "2.0.0", NOW)));
        StageRef other = new StageRef(TENANT, "a", "dev");
        Samples.stage(catalog(), other, NOW);
        Answers.of(catalog().deploy(Samples.deployment(other, "3.0.0", NOW)));
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
    default void aNewUploadEndsTheWaitOfTheOneBefore() {
        added("u1");
        added("u2");
        assertThat(found("u1").status()).isEqualTo(Status.REJECTED);
        assertThat(found("u2").status()).isEqualTo(Status.AWAITING_UPLOAD);

        assertThat(move(Status.AWAITING_UPLOAD, "u2", Status.VALIDATING)).isTrue();
        added("u3");
        assertThat(found("u2").status()).isEqualTo(Status.VALIDATING);
    }

    @Test
    default void anUploadMovesOnlyFromWhereItIs() {
        Upload upload = added("u1");
        Upload judged = new Upload("u1", STAGE, Status.REJECTED, Optional.of("ab".repeat(32)),
                List.of(new Finding("zip.path", "error", "../x", 0, "climbs \"out\""),
                        new Finding("py.print", "warning", "main.py", 7, "prints")),
                NOW, upload.expiresAt());
        assertThat(Answers.of(catalog().move(Status.VALIDATING, judged))).isFalse();
        assertThat(found("u1")).isEqualTo(upload);

        assertThat(move(Status.AWAITING_UPLOAD, "u1", Status.VALIDATING)).isTrue();
        assertThat(Answers.of(catalog().move(Status.VALIDATING, judged))).isTrue();
        assertThat(found("u1")).isEqualTo(judged);

        Upload foreign = Samples.upload(new StageRef(OTHER_TENANT, "hello", "prod"), "u1", NOW);
        assertThat(Answers.of(catalog().move(Status.REJECTED, foreign))).isFalse();
        assertThat(found("u1")).isEqualTo(judged);
    }

    @Test
    default void ofManyMovesFromOneStateOneIsMade() {
        added("u1");
        List<Boolean> answers = Answers.atOnce(30,
                i -> catalog().move(Status.AWAITING_UPLOAD, Samples.upload("u1", Status.VALIDATING, NOW)));
        assertThat(answers).filteredOn(moved -> moved).hasSize(1);
    }

    @Test
    default void interruptedValidationsAreFoundOldestFirst() {
        Samples.stage(catalog(), STAGE, NOW);
        for (int i = 3; i > 0; i--) {
            String id = "u" + i;
            Answers.of(catalog().add(Samples.upload(STAGE, id, NOW.plusSeconds(i))));
            Answers.of(catalog().move(Status.AWAITING_UPLOAD, Samples.upload(id, Status.VALIDATING, NOW)));
        }
        Answers.of(catalog().add(Samples.upload(STAGE, "u9", NOW)));
        assertThat(Answers.of(catalog().validating(10))).map(Upload::id).containsExactly("u1", "u2", "u3");
        assertThat(Answers.of(catalog().validating(2))).map(Upload::id).containsExactly("u1", "u2");
    }

    @Test
    default void aDeploymentRunsAtOnceAndItsVersionIsTaken() {
        Samples.stage(catalog(), STAGE, NOW);
        Deployment first = Samples.deployment(STAGE, "1.0.0", NOW);
        assertThat(Answers.of(catalog().deploy(first))).isTrue();
        assertThat(active()).contains("1.0.0");
        assertThat(Answers.of(catalog().deploy(Samples.deployment(STAGE, "1.1.0", NOW.plusSeconds(1))))).isTrue();
        assertThat(active()).contains("1.1.0");

        assertThat(Answers.of(catalog().deploy(Samples.deployment(STAGE, "1.0.0", NOW.plusSeconds(2))))).isFalse();
        assertThat(active()).contains("1.1.0");
        assertThat(Answers.of(catalog().deployment(STAGE, "1.0.0"))).contains(first);
    }

    @Test
    default void ofManyDeploymentsOfOneVersionOneIsMade() {
        Samples.stage(catalog(), STAGE, NOW);
        List<Boolean> answers = Answers.atOnce(20,
                i -> catalog().deploy(Samples.deployment(STAGE, "1.0.0", NOW.plusSeconds(i))));
        assertThat(answers).filteredOn(deployed -> deployed).hasSize(1);
        assertThat(Answers.of(catalog().deployments(STAGE, 50))).hasSize(1);
    }

    @Test
    default void onlyWhatWasDeployedIsActivated() {
        Samples.stage(catalog(), STAGE, NOW);
        Answers.of(catalog().deploy(Samples.deployment(STAGE, "1.0.0", NOW)));
        Answers.of(catalog().deploy(Samples.deployment(STAGE, "2.0.0", NOW.plusSeconds(1))));
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
            Answers.of(catalog().deploy(Samples.deployment(STAGE, "1.0." + i, NOW.plusSeconds(i / 2))));
        }
        assertThat(Answers.of(catalog().deployments(STAGE, 3))).map(Deployment::version)
                .containsExactly("1.0.4", "1.0.3", "1.0.2");
        StageRef foreign = new StageRef(OTHER_TENANT, "hello", "prod");
        assertThat(Answers.of(catalog().deployments(foreign, 3))).isEmpty();
        assertThat(Answers.of(catalog().deployment(foreign, "1.0.1"))).isEmpty();
    }

    @Test
    default void nothingIsDeployedToAStageThatIsNotThere() {
        assertThat(Answers.problemOf(catalog().deploy(Samples.deployment(STAGE, "1.0.0", NOW))))
                .isInstanceOf(Problem.NotFound.class);
    }

    private Upload added(String id) {
        Samples.stage(catalog(), STAGE, NOW);
        Upload upload = Samples.upload(STAGE, id, NOW);
        Answers.of(catalog().add(upload));
        return upload;
    }

    private Upload found(String id) {
        return Answers.of(catalog().upload(TENANT, id)).orElseThrow();
    }

    private boolean move(Status from, String id, Status to) {
        return Answers.of(catalog().move(from, Samples.upload(id, to, NOW)));
    }

    private Optional<String> active() {
        return Answers.of(catalog().stage(STAGE)).orElseThrow().activeVersion();
    }
}

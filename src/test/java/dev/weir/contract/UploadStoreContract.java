package dev.weir.contract;

import static dev.weir.fixture.Samples.OTHER_TENANT;
import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.skill.Finding;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.kernel.StageRef;
import dev.weir.feature.skill.Upload;
import dev.weir.feature.skill.Upload.Accepted;
import dev.weir.feature.skill.Upload.Status;
import dev.weir.feature.skill.UploadStore;
import dev.weir.feature.skill.UploadStore.Turn;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link UploadStore} does. */
public interface UploadStoreContract {
    Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    String DIGEST = "cd".repeat(32);

    /** An empty store, the same one throughout a test. */
    UploadStore uploads();

    /** Where its stages are. */
    SkillCatalog stages();

    @Test
    default void anUploadIsItsTenants() {
        Upload upload = added("u1");
        assertThat(found("u1")).isEqualTo(upload);
        assertThat(Answers.of(uploads().find(OTHER_TENANT, "u1"))).isEmpty();
        assertThat(Answers.of(uploads().announced("u1"))).contains(upload);
        assertThat(Answers.of(uploads().announced("u2"))).isEmpty();
        assertThat(Answers.of(uploads().find(TENANT, "u2"))).isEmpty();
        StageRef foreign = new StageRef(OTHER_TENANT, "hello", "prod");
        assertThat(Answers.problemOf(uploads().add(Samples.upload(foreign, "u3", NOW))))
                .isInstanceOf(Problem.NotFound.class);
    }

    @Test
    default void aNewUploadEndsTheWaitOfTheOneBefore() {
        added("u1");
        added("u2");
        assertThat(found("u1").status()).isEqualTo(Status.REJECTED);
        assertThat(found("u1").findings()).containsExactly(Upload.SUPERSEDED);
        assertThat(arrive("u1")).isFalse();
        assertThat(arrive("u2")).isTrue();
        added("u3");
        assertThat(found("u2").status()).isEqualTo(Status.VALIDATING);
        assertThat(found("u2").digest()).contains(DIGEST);
    }

    @Test
    default void bytesThatArriveSupersedeWhatIsBeingJudged() {
        added("u1");
        arrive("u1");
        Upload judged = taken(NOW).upload();
        added("u2");
        arrive("u2");
        assertThat(found("u1").findings()).containsExactly(Upload.SUPERSEDED);
        assertThat(Answers.of(uploads().decide(ready(judged)))).isFalse();
        assertThat(found("u1").status()).isEqualTo(Status.REJECTED);
        assertThat(taken(NOW).upload().id()).isEqualTo("u2");
    }

    @Test
    default void ofSeveralThatAreReadyTheLastStays() {
        Upload first = readied("u1");
        assertThat(found("u1")).isEqualTo(first);
        added("u2");
        assertThat(found("u1").status()).isEqualTo(Status.READY_TO_DEPLOY);
        arrive("u2");
        Answers.of(uploads().decide(found("u2").rejected(List.of(new Finding("x", "error", "a", 3, "b")))));
        assertThat(found("u1").status()).isEqualTo(Status.READY_TO_DEPLOY);
        readied("u3");
        assertThat(found("u1").findings()).containsExactly(Upload.SUPERSEDED);
        assertThat(found("u1").accepted()).isEmpty();
        StageRef other = new StageRef(TENANT, "hello", "qa");
        Samples.stage(stages(), other, NOW);
        Answers.of(uploads().add(Samples.upload(other, "u4", NOW)));
        arrive("u4");
        Answers.of(uploads().decide(ready(found("u4"))));
        assertThat(found("u3").status()).isEqualTo(Status.READY_TO_DEPLOY);
    }

    @Test
    default void bytesArriveOnceAndInTime() {
        added("u1");
        assertThat(Answers.of(uploads().arrive("u1", DIGEST, NOW.plusSeconds(900)))).isFalse();
        List<Boolean> answers = Answers.atOnce(30, _ -> uploads().arrive("u1", DIGEST, NOW));
        assertThat(answers).filteredOn(moved -> moved).hasSize(1);
        assertThat(Answers.of(uploads().arrive("absent", DIGEST, NOW))).isFalse();
    }

    @Test
    default void aTurnIsNobodyElses() {
        Samples.stage(stages(), STAGE, NOW);
        for (int i = 3; i > 0; i--) {
            StageRef ref = new StageRef(TENANT, "hello", "stage" + i);
            Samples.stage(stages(), ref, NOW);
            Answers.of(uploads().add(Samples.upload(ref, "u" + i, NOW.plusSeconds(i))));
            arrive("u" + i);
        }
        List<Optional<Turn>> turns = Answers.atOnce(5, _ -> uploads().take(NOW, NOW.plusSeconds(60)));
        assertThat(turns).filteredOn(Optional::isPresent).extracting(turn -> turn.orElseThrow().upload().id())
                .containsExactlyInAnyOrder("u1", "u2", "u3");
        assertThat(Answers.of(uploads().take(NOW.plusSeconds(59), NOW.plusSeconds(99)))).isEmpty();
        Turn again = taken(NOW.plusSeconds(60));
        assertThat(again.upload().id()).isEqualTo("u1");
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.upload()).isEqualTo(found("u1"));
    }

    @Test
    default void aTenantWithManyDoesNotKeepOthersWaiting() {
        for (int i = 0; i < 5; i++) {
            StageRef ref = new StageRef(TENANT, "hello", "s" + i);
            Samples.stage(stages(), ref, NOW);
            Answers.of(uploads().add(Samples.upload(ref, "many" + i, NOW)));
            arrive("many" + i);
        }
        StageRef other = new StageRef(OTHER_TENANT, "hello", "prod");
        Samples.stage(stages(), other, NOW);
        Answers.of(uploads().add(Samples.upload(other, "few", NOW.plusSeconds(9))));
        arrive("few");
        assertThat(taken(NOW).upload().id()).isEqualTo("many0");
        assertThat(taken(NOW).upload().id()).isEqualTo("few");
        assertThat(taken(NOW).upload().id()).isEqualTo("many1");
    }

    @Test
    default void aTurnCanBeGivenBack() {
        added("u1");
        arrive("u1");
        taken(NOW);
        Answers.of(uploads().postpone("u1", NOW.plusSeconds(5)));
        assertThat(Answers.of(uploads().take(NOW.plusSeconds(4), NOW.plusSeconds(60)))).isEmpty();
        assertThat(taken(NOW.plusSeconds(5)).attempt()).isEqualTo(2);
        Answers.of(uploads().releaseAll());
        assertThat(taken(NOW.plusSeconds(5)).attempt()).isEqualTo(3);
    }

    @Test
    default void onlyWhatIsBeingJudgedIsDecided() {
        Upload upload = added("u1");
        assertThat(Answers.of(uploads().decide(ready(upload)))).isFalse();
        assertThat(found("u1")).isEqualTo(upload);
        Upload decided = readied("u2");
        assertThat(Answers.of(uploads().decide(decided.rejected(List.of())))).isFalse();
        assertThat(found("u2")).isEqualTo(decided);
        assertThat(Answers.of(uploads().take(NOW, NOW.plusSeconds(1)))).isEmpty();
    }

    @Test
    default void whatNeverComesExpires() {
        added("u1");
        assertThat(Answers.of(uploads().expire(NOW.plusSeconds(899)))).isZero();
        assertThat(Answers.of(uploads().expire(NOW.plusSeconds(900)))).isEqualTo(1);
        assertThat(found("u1").status()).isEqualTo(Status.REJECTED);
        assertThat(found("u1").findings()).containsExactly(Upload.EXPIRED);
        readied("u2");
        assertThat(Answers.of(uploads().expire(NOW.plusSeconds(9000)))).isZero();
    }

    private Upload added(String id) {
        Samples.stage(stages(), STAGE, NOW);
        Upload upload = Samples.upload(STAGE, id, NOW);
        Answers.of(uploads().add(upload));
        return upload;
    }

    private Upload readied(String id) {
        added(id);
        arrive(id);
        Upload decided = ready(found(id));
        assertThat(Answers.of(uploads().decide(decided))).isTrue();
        return decided;
    }

    private static Upload ready(Upload upload) {
        return upload.ready(new Accepted("12".repeat(32), Samples.metadata()),
                List.of(new Finding("py.doubtful", "warning", "main.py", 7, "a \"b\"")));
    }

    private boolean arrive(String id) {
        return Answers.of(uploads().arrive(id, DIGEST, NOW));
    }

    private Turn taken(Instant now) {
        return Answers.of(uploads().take(now, now.plusSeconds(60))).orElseThrow();
    }

    private Upload found(String id) {
        return Answers.of(uploads().find(TENANT, id)).orElseThrow();
    }
}

package dev.weir.feature.skill;

import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.skill.Deployments.Order;
import dev.weir.feature.skill.Upload.Accepted;
import dev.weir.feature.skill.change.ChangeLevel;
import dev.weir.feature.skill.change.Version;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.MemoryUploadStore;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Problem;
import dev.weir.kernel.Role;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeploymentsTest {
    private static final Permit OWNER = new Access(null, null, null).owner(new Caller(TENANT, "olga", Role.OWNER));
    private static final String ONE = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}";
    private static final String MORE = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{}}}";
    private static final String LESS = "{\"type\":\"object\",\"properties\":{}}";

    private final HandClock clock = new HandClock();
    private final MemorySkillCatalog catalog = new MemorySkillCatalog();
    private final MemoryUploadStore uploads = new MemoryUploadStore(catalog);
    private final Deployments deployments = new Deployments(catalog, uploads, clock);

    @BeforeEach
    void stage() {
        Samples.stage(catalog, STAGE, clock.instant());
    }

    private Upload ready(String id, String schema) {
        Answers.of(uploads.add(Samples.upload(STAGE, id, clock.instant())));
        Answers.of(uploads.arrive(id, "ab".repeat(32), clock.instant()));
        Upload ready = Answers.of(uploads.find(TENANT, id)).orElseThrow().ready(new Accepted("cd".repeat(32),
                new PackageMetadata("d", Optional.of(schema), Optional.empty(), "main:handler", List.of())), List.of());
        assertThat(Answers.of(uploads.decide(ready))).isTrue();
        return ready;
    }

    private Future<Deployment> confirm(String upload, String version, ChangeLevel level) {
        return deployments.confirm(OWNER, STAGE.skill(), STAGE.stage(),
                new Order(upload, Version.parse(version).orElseThrow(), Optional.ofNullable(level)));
    }

    @Test
    void theFirstMayHaveAnyVersionAndItIsFrozen() {
        assertThat(Answers.of(deployments.propose(ready("u1", ONE))).orElseThrow().nextVersion())
                .hasToString("1.0.0");
        Deployment deployment = Answers.of(confirm("u1", "0.3.0", null));
        assertThat(deployment.metadata().inputSchema()).contains(ONE);
        assertThat(deployment.createdBy()).isEqualTo("olga");
        Answers.of(catalog.update(new Skill(TENANT, STAGE.skill(), "other", Optional.of(LESS), Optional.empty(),
                clock.instant(), clock.instant())));
        assertThat(Answers.of(catalog.deployment(STAGE, "0.3.0"))).contains(deployment);
    }

    @Test
    void theLevelIsNoLowerThanTheChangeAndTheVersionFollowsFromIt() {
        ready("u1", ONE);
        Answers.of(confirm("u1", "1.0.0", null));
        Upload more = ready("u2", MORE);
        assertThat(Answers.of(deployments.propose(more)).orElseThrow().nextVersion()).hasToString("1.1.0");
        assertThat(Answers.problemOf(confirm("u2", "1.1.0", null))).isInstanceOf(Problem.Invalid.class);
        assertThat(Answers.problemOf(confirm("u2", "1.0.1", ChangeLevel.PATCH)))
                .isInstanceOfSatisfying(Problem.Conflict.class,
                        conflict -> assertThat(conflict.detail()).contains("minor", "/properties/b"));
        assertThat(Answers.problemOf(confirm("u2", "1.2.0", ChangeLevel.MINOR))).isInstanceOf(Problem.Conflict.class);
        Answers.of(confirm("u2", "1.1.0", ChangeLevel.MINOR));
        ready("u3", LESS);
        assertThat(Answers.problemOf(confirm("u3", "1.2.0", ChangeLevel.MINOR))).isInstanceOf(Problem.Conflict.class);
        Answers.of(confirm("u3", "2.0.0", ChangeLevel.MAJOR));
        assertThat(Answers.of(deployments.list(OWNER, STAGE.skill(), STAGE.stage(), 9))).map(Deployment::version)
                .containsExactly("2.0.0", "1.1.0", "1.0.0");
    }

    /** Rolling back does not let a version be given twice: what comes next follows the newest, not the active one. */
    @Test
    void anEarlierOneIsActiveAgainAndTheNextStillFollowsTheNewest() {
        ready("u1", ONE);
        Answers.of(confirm("u1", "1.0.0", null));
        ready("u2", ONE);
        Answers.of(confirm("u2", "1.0.1", ChangeLevel.PATCH));
        Stage stage = Answers.of(deployments.activate(OWNER, STAGE.skill(), STAGE.stage(), "1.0.0"));
        assertThat(stage.activeVersion()).contains("1.0.0");
        assertThat(Answers.of(deployments.propose(ready("u3", ONE))).orElseThrow().nextVersion()).hasToString("1.0.2");
        assertThat(Answers.problemOf(deployments.activate(OWNER, STAGE.skill(), STAGE.stage(), "9.9.9")))
                .isInstanceOf(Problem.NotFound.class);
    }

    @Test
    void anUploadToAnActiveStageChangesNothingUntilItIsConfirmed() {
        ready("u1", ONE);
        Answers.of(confirm("u1", "1.0.0", null));
        ready("u2", LESS);
        assertThat(Answers.of(catalog.stage(STAGE)).orElseThrow().activeVersion()).contains("1.0.0");
    }

    @Test
    void whatIsNotReadyOrNotThereIsNotConfirmed() {
        Answers.of(uploads.add(Samples.upload(STAGE, "u1", clock.instant())));
        assertThat(Answers.problemOf(confirm("u1", "1.0.0", null))).isInstanceOfSatisfying(Problem.Conflict.class,
                conflict -> assertThat(conflict.detail()).contains("awaiting_upload"));
        assertThat(Answers.problemOf(confirm("u9", "1.0.0", null))).isInstanceOf(Problem.NotFound.class);
        assertThat(Answers.of(deployments.propose(Answers.of(uploads.find(TENANT, "u1")).orElseThrow()))).isEmpty();
    }

    @Test
    void ofConfirmationsAtOnceOneWins() {
        ready("u1", ONE);
        List<String> answers = Answers.atOnce(20, i -> confirm("u1", "1.0." + i, null)
                .map(done -> "done").otherwise(failure -> failure.getMessage()));
        assertThat(answers).filteredOn("done"::equals).hasSize(1);
        assertThat(Answers.of(catalog.deployments(STAGE, 50))).hasSize(1);
    }

    @Test
    void twoVersionsAreCompared() {
        ready("u1", ONE);
        Answers.of(confirm("u1", "1.0.0", null));
        ready("u2", LESS);
        Answers.of(confirm("u2", "2.0.0", ChangeLevel.MAJOR));
        Deployments.Difference difference = Answers
                .of(deployments.compare(OWNER, STAGE.skill(), STAGE.stage(), Optional.of("1.0.0"), "2.0.0"));
        assertThat(difference.inputSchema().minimum()).isEqualTo(ChangeLevel.MAJOR);
        assertThat(Answers.of(deployments.compare(OWNER, STAGE.skill(), STAGE.stage(), Optional.empty(), "1.0.0"))
                .from().version()).as("the active one").isEqualTo("2.0.0");
        assertThat(Answers.problemOf(
                deployments.compare(OWNER, STAGE.skill(), STAGE.stage(), Optional.of("3.0.0"), "1.0.0")))
                .isInstanceOf(Problem.NotFound.class);
    }
}

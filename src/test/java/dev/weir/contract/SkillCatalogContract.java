package dev.weir.contract;

import static dev.weir.fixture.Samples.OTHER_TENANT;
import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Limits;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.secret.SecretRef;
import dev.weir.feature.webhook.Subscription;
import dev.weir.feature.skill.Skill;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.StageSettings;
import dev.weir.kernel.StageRef;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every {@link SkillCatalog} does with skills and stages; the rest is {@link SkillReleaseContract}'s. */
public interface SkillCatalogContract {
    Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** An empty catalog, the same one throughout a test. */
    SkillCatalog catalog();

    @Test
    default void aSkillIsCreatedOnceAndFoundByItsTenant() {
        Skill skill = Samples.skill(TENANT, "hello", NOW);
        assertThat(Answers.of(catalog().create(skill))).isTrue();
        assertThat(Answers.of(catalog().create(Samples.skill(TENANT, "hello", NOW.plusSeconds(1))))).isFalse();
        assertThat(Answers.of(catalog().skill(TENANT, "hello"))).contains(skill);
        assertThat(Answers.of(catalog().skill(OTHER_TENANT, "hello"))).isEmpty();
        assertThat(Answers.of(catalog().create(Samples.skill(OTHER_TENANT, "hello", NOW)))).isTrue();
    }

    @Test
    default void ofManyThatCreateOneSkillOneDoes() {
        List<Boolean> answers = Answers.atOnce(20, i -> catalog().create(Samples.skill(TENANT, "hello", NOW)));
        assertThat(answers).filteredOn(created -> created).hasSize(1);
    }

    @Test
    default void skillsAreListedByNameFromAnyPlace() {
        for (String name : List.of("b", "a", "d", "c")) {
            Answers.of(catalog().create(Samples.skill(TENANT, name, NOW)));
        }
        Answers.of(catalog().create(Samples.skill(OTHER_TENANT, "aa", NOW)));
        assertThat(Answers.of(catalog().skills(TENANT, "", 3))).map(Skill::name).containsExactly("a", "b", "c");
        assertThat(Answers.of(catalog().skills(TENANT, "b", 3))).map(Skill::name).containsExactly("c", "d");
        assertThat(Answers.of(catalog().skills(TENANT, "d", 3))).isEmpty();
    }

    @Test
    default void metadataIsReplacedWhole() {
        Answers.of(catalog().create(Samples.skill(TENANT, "hello", NOW)));
        Skill changed = new Skill(TENANT, "hello", "says goodbye", Optional.of("{\"type\":\"object\"}"),
                Optional.empty(),
                NOW, NOW.plusSeconds(9));
        assertThat(Answers.of(catalog().update(changed))).isTrue();
        assertThat(Answers.of(catalog().skill(TENANT, "hello"))).contains(changed);
        assertThat(Answers.of(catalog().update(Samples.skill(OTHER_TENANT, "hello", NOW)))).isFalse();
        assertThat(Answers.of(catalog().skill(TENANT, "hello"))).contains(changed);
    }

    @Test
    default void aStageNeedsItsSkill() {
        assertThat(Answers.of(catalog().put(stage(STAGE, Map.of())))).isFalse();
        assertThat(Answers.of(catalog().stage(STAGE))).isEmpty();
        Answers.of(catalog().create(Samples.skill(TENANT, "hello", NOW)));
        assertThat(Answers.of(catalog().put(stage(STAGE, Map.of("LEVEL", "3"))))).isTrue();
        assertThat(Answers.of(catalog().stage(STAGE))).contains(stage(STAGE, Map.of("LEVEL", "3")));
        assertThat(Answers.of(catalog().put(stage(new StageRef(OTHER_TENANT, "hello", "prod"), Map.of())))).isFalse();
    }

    @Test
    default void puttingAStageAgainKeepsWhatRunsThere() {
        Samples.stage(catalog(), STAGE, NOW);
        Answers.of(catalog().deploy(Samples.deployment(STAGE, "1.0.0", NOW), Optional.empty()));
        StageSettings settings = new StageSettings(Stage.RunsIn.INTERPRETER, Stage.Size.XL, Duration.ofMinutes(9),
                Map.of("A", "\u2603 \"x\""),
                List.of(new SecretRef("DB_KEY", "db"), new SecretRef("B", "db")), 3,
                Optional.of(new StageSettings.Timing(false, new Plan("0 4 * * *", "Europe/Berlin", "{\"a\":1}", true))),
                Optional.of(new Subscription("https://example.com/\u2603", "arn:secret", "hook", Set.of("run.failed"))),
                new Limits(Map.of(Dimension.RUNS_PER_DAY, 0L, Dimension.CONCURRENT_RUNS, 7L)));
        Stage changed = new Stage(STAGE, settings, Optional.empty(), NOW.plusSeconds(5), NOW.plusSeconds(5));

        assertThat(Answers.of(catalog().put(changed))).isTrue();

        assertThat(Answers.of(catalog().stage(STAGE)))
                .contains(new Stage(STAGE, settings, Optional.of("1.0.0"), NOW, NOW.plusSeconds(5)));
    }

    @Test
    default void stagesThatHoldSecretsAreListedForTheirTenant() {
        Samples.stage(catalog(), STAGE, NOW);
        Samples.stage(catalog(), new StageRef(TENANT, "a", "prod"), NOW);
        Stage holder = new Stage(new StageRef(TENANT, "a", "prod"),
                StageSettings.of(Stage.Size.S, Duration.ofSeconds(60), Map.of(),
                        List.of(new SecretRef("K", "db")), 1),
                Optional.empty(), NOW, NOW);
        assertThat(Answers.of(catalog().stagesWithSecrets(TENANT))).isEmpty();
        Answers.of(catalog().put(holder));
        assertThat(Answers.of(catalog().stagesWithSecrets(TENANT))).containsExactly(holder);
        assertThat(Answers.of(catalog().stagesWithSecrets(OTHER_TENANT))).isEmpty();
    }

    @Test
    default void stagesWithAPlanInForceAreListedOverAllTenants() {
        StageRef foreign = new StageRef(OTHER_TENANT, "hello", "prod");
        for (StageRef ref : List.of(foreign, STAGE, new StageRef(TENANT, "a", "prod"), new StageRef(TENANT, "a", "qa"),
                new StageRef(TENANT, "a", "off"))) {
            Samples.stage(catalog(), ref, NOW);
            if (!ref.stage().equals("qa")) {
                Answers.of(catalog().put(planned(ref, !ref.stage().equals("off"))));
            }
        }
        assertThat(Answers.of(catalog().scheduled(Optional.empty(), 2))).containsExactly(
                planned(new StageRef(TENANT, "a", "prod"), true), planned(STAGE, true));
        assertThat(Answers.of(catalog().scheduled(Optional.of(STAGE), 2))).containsExactly(planned(foreign, true));
        assertThat(Answers.of(catalog().scheduled(Optional.of(foreign), 2))).isEmpty();
    }

    private static Stage planned(StageRef ref, boolean enabled) {
        return new Stage(ref,
                new StageSettings(Stage.RunsIn.AGENT, Stage.Size.S, Duration.ofSeconds(60), Map.of(), List.of(), 1,
                        Optional.of(new StageSettings.Timing(enabled, new Plan("0 * * * *", "UTC", "{}", false))),
                        Optional.empty(), Limits.NONE),
                Optional.empty(), NOW, NOW);
    }

    @Test
    default void stagesAreListedByName() {
        Samples.stage(catalog(), STAGE, NOW);
        Samples.stage(catalog(), new StageRef(TENANT, "hello", "dev"), NOW);
        Samples.stage(catalog(), new StageRef(TENANT, "other", "qa"), NOW);
        assertThat(Answers.of(catalog().stages(TENANT, "hello"))).map(each -> each.ref().stage())
                .containsExactly("dev", "prod");
        assertThat(Answers.of(catalog().stages(OTHER_TENANT, "hello"))).isEmpty();
    }

    @Test
    default void whatBelongsToASkillGoesWithIt() {
        Samples.stage(catalog(), STAGE, NOW);
        Answers.of(catalog().deploy(Samples.deployment(STAGE, "1.0.0", NOW), Optional.empty()));

        assertThat(Answers.of(catalog().delete(OTHER_TENANT, "hello"))).isFalse();
        assertThat(Answers.of(catalog().delete(TENANT, "hello"))).isTrue();
        assertThat(Answers.of(catalog().delete(TENANT, "hello"))).isFalse();
        assertGone();

        Samples.stage(catalog(), STAGE, NOW);
        assertThat(Answers.of(catalog().deployments(STAGE, 10))).isEmpty();
        assertThat(Answers.of(catalog().deploy(Samples.deployment(STAGE, "1.0.0", NOW), Optional.empty()))).isTrue();
    }

    @Test
    default void whatBelongsToAStageGoesWithIt() {
        Samples.stage(catalog(), STAGE, NOW);
        Answers.of(catalog().deploy(Samples.deployment(STAGE, "1.0.0", NOW), Optional.empty()));
        assertThat(Answers.of(catalog().delete(new StageRef(OTHER_TENANT, "hello", "prod")))).isFalse();
        assertThat(Answers.of(catalog().delete(STAGE))).isTrue();
        assertThat(Answers.of(catalog().delete(STAGE))).isFalse();
        assertThat(Answers.of(catalog().skill(TENANT, "hello"))).isPresent();
        assertGone();
    }

    private void assertGone() {
        assertThat(Answers.of(catalog().stage(STAGE))).isEmpty();
        assertThat(Answers.of(catalog().deployment(STAGE, "1.0.0"))).isEmpty();
    }

    private static Stage stage(StageRef ref, Map<String, String> env) {
        return new Stage(ref, StageSettings.of(Stage.Size.S, Duration.ofSeconds(60), env, List.of(), 1),
                Optional.empty(), NOW, NOW);
    }
}

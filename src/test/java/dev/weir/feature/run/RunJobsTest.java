package dev.weir.feature.run;

import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.feature.quota.Limits;
import dev.weir.feature.quota.Quotas;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.secret.Secret;
import dev.weir.feature.secret.SecretRef;
import dev.weir.feature.secret.SecretStore.Entry;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.StageSettings;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryLedger;
import dev.weir.fixture.MemoryRunQueue;
import dev.weir.fixture.MemorySecretStore;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Redacted;
import dev.weir.wire.env.StrippedName;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a run is started with. */
class RunJobsTest {
    private static final RunQueue.Leased MESSAGE = new RunQueue.Leased(new RunId("run_1"), "r", 1);

    private final HandClock clock = new HandClock();
    private final MemorySkillCatalog catalog = new MemorySkillCatalog();
    private final MemorySecretStore secrets = new MemorySecretStore();
    private final RunJobs jobs = new RunJobs(new RunExecutor.Code(catalog, null, secrets), new MemoryRunQueue(1),
            new RunGate(new Quotas(new MemoryLedger(), _ -> Future.succeededFuture(Limits.NONE), clock,
                    Duration.ofMinutes(1)), Duration.ofSeconds(5)),
            Duration.ofSeconds(1), clock);

    @BeforeEach
    void deploy() {
        Samples.stage(catalog, STAGE, clock.instant());
        Answers.of(catalog.deploy(Samples.deployment(STAGE, "1.0.0", clock.instant()), Optional.empty()));
        Answers.of(secrets.put(new Entry(TENANT, "db", new Redacted("hunter2"), "olga", clock.instant())));
    }

    @Test
    void secretsReachTheHandlerAndTheirUseIsNoted() throws RunJobs.Impossible {
        stage(Map.of("LEVEL", "3"), new SecretRef("DB_KEY", "db"));
        RunJob job = jobs.job(run(), MESSAGE);
        assertThat(job.start().env()).containsEntry("DB_KEY", "hunter2").containsEntry("LEVEL", "3");
        assertThat(job.strippedEnv()).isEmpty();
        assertThat(job.toString()).doesNotContain("hunter2");
        assertThat(Answers.of(secrets.find(TENANT, "db")).orElseThrow().lastUse())
                .contains(new Secret.Use("run_1", clock.instant()));
    }

    @Test
    void aSecretIsNoWayRoundTheFilter() throws RunJobs.Impossible {
        stage(Map.of("AWS_REGION", "x"), new SecretRef("ld_preload", "db"), new SecretRef("AWS_KEY", "absent"));
        RunJob job = jobs.job(run(), MESSAGE);
        assertThat(job.start().env()).doesNotContainKeys("ld_preload", "AWS_KEY", "AWS_REGION");
        assertThat(job.strippedEnv()).containsExactly(new StrippedName("AWS_KEY", "prefix:AWS_"),
                new StrippedName("AWS_REGION", "prefix:AWS_"), new StrippedName("ld_preload", "prefix:LD_"));
        assertThat(Answers.of(secrets.find(TENANT, "db")).orElseThrow().lastUse()).isEmpty();
    }

    @Test
    void aStageMadeAnewExecutesNothingThatTheOldOneAccepted() {
        Run old = run();
        clock.advance(Duration.ofSeconds(1));
        Answers.of(catalog.delete(STAGE));
        deploy();
        assertThatThrownBy(() -> jobs.job(old, MESSAGE)).isInstanceOf(RunJobs.Impossible.class)
                .hasMessageContaining("made anew");
    }

    @Test
    void withoutASecretThereIsNoRun() {
        stage(Map.of(), new SecretRef("A", "db"), new SecretRef("B", "gone"));
        assertThatThrownBy(() -> jobs.job(run(), MESSAGE)).isInstanceOf(RunJobs.Impossible.class)
                .hasMessageContaining("a secret that the stage refers to is not there")
                .hasMessageNotContaining("hunter2");
    }

    private void stage(Map<String, String> env, SecretRef... refs) {
        Answers.of(catalog
                .put(new Stage(STAGE, StageSettings.of(Stage.Size.S, Duration.ofSeconds(60), env, List.of(refs), 1),
                        Optional.empty(), clock.instant(), clock.instant())));
    }

    private Run run() {
        return new Run(new RunId("run_1"), Samples.order(STAGE, clock.instant()), RunStatus.RUNNING, 1, Run.Claim.NONE,
                Optional.empty(), Optional.empty(), List.of(), Optional.empty());
    }
}

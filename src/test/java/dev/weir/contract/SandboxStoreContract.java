package dev.weir.contract;

import static dev.weir.fixture.Samples.OTHER_TENANT;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.interpreter.Sandbox;
import dev.weir.feature.interpreter.SandboxStore;
import dev.weir.fixture.Answers;
import dev.weir.kernel.TenantId;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link SandboxStore} does. */
public interface SandboxStoreContract {
    Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** An empty store, the same one throughout a test. */
    SandboxStore sandboxes();

    @Test
    default void aSandboxIsFoundAsItWasNotedAndThenAsItWasStarted() {
        Sandbox starting = added(TENANT, "dora", "sbx_1", 60);
        assertThat(Answers.of(sandboxes().find(TENANT, "sbx_1"))).contains(starting);
        assertThat(Answers.of(sandboxes().find(OTHER_TENANT, "sbx_1"))).isEmpty();
        assertThat(Answers.of(sandboxes().started("sbx_1", "01ABC"))).isTrue();
        assertThat(Answers.of(sandboxes().find(TENANT, "sbx_1")).orElseThrow().session()).contains("01ABC");
        assertThat(Answers.of(sandboxes().started("sbx_2", "01ABC"))).isFalse();
    }

    @Test
    default void aUserHoldsSoManyAndThoseThatExpiredDoNotCount() {
        added(TENANT, "dora", "sbx_1", 60);
        added(TENANT, "dora", "sbx_2", 120);
        added(TENANT, "gwen", "sbx_3", 60);
        Sandbox third = sandbox(TENANT, "dora", "sbx_4", 60);
        assertThat(Answers.of(sandboxes().add(third, 2, NOW))).isFalse();
        assertThat(Answers.of(sandboxes().find(TENANT, "sbx_4"))).isEmpty();
        assertThat(Answers.of(sandboxes().add(third, 2, NOW.plusSeconds(60)))).isTrue();
    }

    @Test
    default void listsGoById() {
        Sandbox one = added(TENANT, "dora", "sbx_1", 60);
        Sandbox two = added(TENANT, "gwen", "sbx_2", 60);
        Sandbox three = added(TENANT, "dora", "sbx_3", 60);
        added(TENANT, "dora", "sbx_4", 10);
        added(OTHER_TENANT, "dora", "sbx_5", 60);
        Instant later = NOW.plusSeconds(10);
        assertThat(Answers.of(sandboxes().list(TENANT, Optional.empty(), later, "", 9)))
                .containsExactly(one, two, three);
        assertThat(Answers.of(sandboxes().list(TENANT, Optional.of("dora"), later, "", 1))).containsExactly(one);
        assertThat(Answers.of(sandboxes().list(TENANT, Optional.of("dora"), later, "sbx_1", 9)))
                .containsExactly(three);
    }

    @Test
    default void onlyItsOwnTenantRemovesOneAndTimeRemovesAll() {
        added(TENANT, "dora", "sbx_1", 60);
        added(TENANT, "dora", "sbx_2", 10);
        assertThat(Answers.of(sandboxes().remove(OTHER_TENANT, "sbx_1"))).isFalse();
        assertThat(Answers.of(sandboxes().remove(TENANT, "sbx_1"))).isTrue();
        assertThat(Answers.of(sandboxes().remove(TENANT, "sbx_1"))).isFalse();
        assertThat(Answers.of(sandboxes().forget(NOW.plusSeconds(9), 9))).isZero();
        assertThat(Answers.of(sandboxes().forget(NOW.plusSeconds(10), 9))).isOne();
        assertThat(Answers.of(sandboxes().find(TENANT, "sbx_2"))).isEmpty();
    }

    private Sandbox added(TenantId tenant, String owner, String id, int seconds) {
        Sandbox sandbox = sandbox(tenant, owner, id, seconds);
        assertThat(Answers.of(sandboxes().add(sandbox, 9, NOW))).isTrue();
        return sandbox;
    }

    private static Sandbox sandbox(TenantId tenant, String owner, String id, int seconds) {
        return new Sandbox(id, tenant, owner, "a name", "default-public", Optional.empty(), NOW,
                NOW.plusSeconds(seconds));
    }
}

package dev.weir.contract;

import static dev.weir.fixture.Samples.OTHER_TENANT;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.access.Grant;
import dev.weir.feature.access.GrantStore;
import dev.weir.fixture.Answers;
import dev.weir.kernel.Problem;
import dev.weir.kernel.TenantId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link GrantStore} does. */
public interface GrantStoreContract {
    Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** An empty store, the same one throughout a test. */
    GrantStore grants();

    @Test
    default void aGrantIsFoundAsItWasGiven() {
        Grant grant = added("g1", TENANT, "dora", NOW, "hello", "*", "hello");
        Grant empty = added("g2", TENANT, "dora", NOW.plusSeconds(1));
        assertThat(Answers.of(grants().find(TENANT, "g1"))).contains(grant);
        assertThat(Answers.of(grants().find(TENANT, "g2"))).contains(empty);
        assertThat(Answers.of(grants().find(TENANT, "g3"))).isEmpty();
        assertThat(Answers.of(grants().find(OTHER_TENANT, "g1"))).isEmpty();
    }

    @Test
    default void aTenantSeesItsGrantsOldestFirst() {
        Grant later = added("g1", TENANT, "dora", NOW.plusSeconds(1), "a");
        Grant earlier = added("g2", TENANT, "dina", NOW, "b");
        Grant foreign = added("g1", OTHER_TENANT, "dora", NOW, "*");
        assertThat(Answers.of(grants().list(TENANT))).containsExactly(earlier, later);
        assertThat(Answers.of(grants().list(OTHER_TENANT))).containsExactly(foreign);
        assertThat(Answers.of(grants().list(new TenantId("nobody")))).isEmpty();
    }

    @Test
    default void aUserHasItsOwnGrantsOfItsOwnTenantOnly() {
        Grant second = added("g1", TENANT, "dora", NOW.plusSeconds(1), "a");
        Grant first = added("g2", TENANT, "dora", NOW, "b");
        added("g3", TENANT, "Dora", NOW, "*");
        added("g4", OTHER_TENANT, "dora", NOW, "*");
        assertThat(Answers.of(grants().of(TENANT, "dora"))).containsExactly(first, second);
        assertThat(Answers.of(grants().of(TENANT, "dina"))).isEmpty();
    }

    @Test
    default void onlyItsOwnTenantRevokesAGrant() {
        added("g1", TENANT, "dora", NOW, "a");
        assertThat(Answers.of(grants().revoke(OTHER_TENANT, "g1"))).isFalse();
        assertThat(Answers.of(grants().revoke(TENANT, "g1"))).isTrue();
        assertThat(Answers.of(grants().of(TENANT, "dora"))).isEmpty();
        assertThat(Answers.of(grants().revoke(TENANT, "g1"))).isFalse();
    }

    @Test
    default void aGrantCannotTakeAnothersPlace() {
        Grant grant = added("g1", TENANT, "dora", NOW, "a");
        assertThat(Answers.problemOf(grants().add(new Grant("g1", TENANT, "dina", List.of("*"), NOW))))
                .isInstanceOf(Problem.Conflict.class);
        assertThat(Answers.of(grants().list(TENANT))).containsExactly(grant);
    }

    private Grant added(String id, TenantId tenant, String user, Instant at, String... skills) {
        Grant grant = new Grant(id, tenant, user, List.of(skills), List.of(skills).reversed(), at);
        Answers.of(grants().add(grant));
        return grant;
    }
}

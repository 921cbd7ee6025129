package dev.weir.contract;

import static dev.weir.fixture.Samples.OTHER_TENANT;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.access.ApiKey;
import dev.weir.feature.access.ApiKeyStore;
import dev.weir.fixture.Answers;
import dev.weir.kernel.Problem;
import dev.weir.kernel.Role;
import dev.weir.kernel.TenantId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What every {@link ApiKeyStore} does. */
public interface ApiKeyStoreContract {
    Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** An empty store, the same one throughout a test. */
    ApiKeyStore keys();

    @Test
    default void aKeyIsFoundByItsHash() {
        ApiKey key = key("k1", TENANT, Role.OWNER, "aa", NOW);
        Answers.of(keys().add(key));
        assertThat(Answers.of(keys().byHash("aa"))).contains(key);
        assertThat(Answers.of(keys().byHash("bb"))).isEmpty();
        assertThat(Answers.of(keys().byHash(""))).isEmpty();
    }

    @Test
    default void aTenantSeesItsKeysOldestFirst() {
        ApiKey later = key("k1", TENANT, Role.OWNER, "aa", NOW.plusSeconds(1));
        ApiKey earlier = key("k2", TENANT, Role.DEVELOPER, "bb", NOW);
        ApiKey foreign = key("k1", OTHER_TENANT, Role.OWNER, "cc", NOW);
        for (ApiKey each : new ApiKey[]{later, earlier, foreign}) {
            Answers.of(keys().add(each));
        }
        assertThat(Answers.of(keys().list(TENANT))).containsExactly(earlier, later);
        assertThat(Answers.of(keys().list(OTHER_TENANT))).containsExactly(foreign);
        assertThat(Answers.of(keys().list(new TenantId("nobody")))).isEmpty();
    }

    @Test
    default void onlyItsOwnTenantRevokesAKey() {
        Answers.of(keys().add(key("k1", TENANT, Role.OWNER, "aa", NOW)));
        assertThat(Answers.of(keys().revoke(OTHER_TENANT, "k1"))).isFalse();
        assertThat(Answers.of(keys().byHash("aa"))).isPresent();
        assertThat(Answers.of(keys().revoke(TENANT, "k1"))).isTrue();
        assertThat(Answers.of(keys().byHash("aa"))).isEmpty();
        assertThat(Answers.of(keys().revoke(TENANT, "k1"))).isFalse();
    }

    @Test
    default void aKeyCannotTakeAnothersPlace() {
        ApiKey key = key("k1", TENANT, Role.OWNER, "aa", NOW);
        Answers.of(keys().add(key));
        assertThat(Answers.problemOf(keys().add(key("k2", OTHER_TENANT, Role.OWNER, "aa", NOW))))
                .isInstanceOf(Problem.Conflict.class);
        assertThat(Answers.problemOf(keys().add(key("k1", TENANT, Role.OWNER, "bb", NOW))))
                .isInstanceOf(Problem.Conflict.class);
        assertThat(Answers.of(keys().byHash("aa"))).contains(key);
    }

    private static ApiKey key(String id, TenantId tenant, Role role, String hash, Instant createdAt) {
        return new ApiKey(id, tenant, "ada", role, hash, createdAt);
    }
}

package dev.weir.contract;

import static dev.weir.fixture.Samples.OTHER_TENANT;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.secret.Secret;
import dev.weir.feature.secret.SecretStore;
import dev.weir.feature.secret.SecretStore.Entry;
import dev.weir.fixture.Answers;
import dev.weir.kernel.Redacted;
import dev.weir.kernel.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link SecretStore} does. */
public interface SecretStoreContract {
    Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** An empty store, the same one throughout a test. */
    SecretStore secrets();

    @Test
    default void aValueGoesInAndIsRevealedToItsTenantOnly() {
        String value = "gr\u00fc\u00df \ud83d\udd11\n\"x\"";
        Secret secret = Answers.of(secrets().put(entry(TENANT, "db", value, NOW)));
        assertThat(secret).isEqualTo(new Secret(TENANT, "db", 1, "olga", NOW, NOW, Optional.empty()));
        assertThat(revealed(TENANT, "db")).contains(value);
        assertThat(revealed(OTHER_TENANT, "db")).isEmpty();
        assertThat(revealed(TENANT, "DB")).isEmpty();
        assertThat(Answers.of(secrets().find(TENANT, "db"))).contains(secret);
        assertThat(Answers.of(secrets().find(OTHER_TENANT, "db"))).isEmpty();
    }

    @Test
    default void theNextValueIsTheNextVersion() {
        Answers.of(secrets().put(entry(TENANT, "db", "one", NOW)));
        Answers.of(secrets().used(TENANT, List.of("db"), "run_1", NOW.plusSeconds(1)));
        Secret second = Answers.of(secrets().put(entry(TENANT, "db", "two", NOW.plusSeconds(2))));
        assertThat(second).isEqualTo(new Secret(TENANT, "db", 2, "olga", NOW, NOW.plusSeconds(2),
                Optional.of(new Secret.Use("run_1", NOW.plusSeconds(1)))));
        assertThat(revealed(TENANT, "db")).contains("two");
    }

    @Test
    default void creatingReplacesNothing() {
        assertThat(Answers.of(secrets().create(entry(TENANT, "db", "one", NOW)))).isPresent();
        assertThat(Answers.of(secrets().create(entry(TENANT, "db", "two", NOW)))).isEmpty();
        assertThat(Answers.of(secrets().create(entry(OTHER_TENANT, "db", "theirs", NOW)))).isPresent();
        assertThat(revealed(TENANT, "db")).contains("one");
        List<Optional<Secret>> made = Answers.atOnce(20, i -> secrets().create(entry(TENANT, "new", "v" + i, NOW)));
        assertThat(made).filteredOn(Optional::isPresent).hasSize(1);
    }

    @Test
    default void versionsAreNotLostWhenManyWrite() {
        Answers.atOnce(20, i -> secrets().put(entry(TENANT, "db", "v" + i, NOW)));
        assertThat(Answers.of(secrets().find(TENANT, "db")).orElseThrow().version()).isEqualTo(20);
        assertThat(revealed(TENANT, "db").orElseThrow()).startsWith("v");
    }

    @Test
    default void secretsAreListedById() {
        for (String id : List.of("b", "a", "c")) {
            Answers.of(secrets().put(entry(TENANT, id, "x", NOW)));
        }
        Answers.of(secrets().put(entry(OTHER_TENANT, "d", "x", NOW)));
        assertThat(Answers.of(secrets().list(TENANT))).map(Secret::id).containsExactly("a", "b", "c");
        assertThat(Answers.of(secrets().list(new TenantId("nobody")))).isEmpty();
    }

    @Test
    default void theLastUseIsKept() {
        Answers.of(secrets().put(entry(TENANT, "a", "x", NOW)));
        Answers.of(secrets().put(entry(TENANT, "b", "x", NOW)));
        Answers.of(secrets().used(TENANT, List.of("a", "gone"), "run_1", NOW.plusSeconds(1)));
        Answers.of(secrets().used(TENANT, List.of("a"), "run_2", NOW.plusSeconds(2)));
        assertThat(Answers.of(secrets().find(TENANT, "a")).orElseThrow().lastUse())
                .contains(new Secret.Use("run_2", NOW.plusSeconds(2)));
        assertThat(Answers.of(secrets().find(TENANT, "b")).orElseThrow().lastUse()).isEmpty();
        assertThat(Answers.of(secrets().find(TENANT, "gone"))).isEmpty();
    }

    @Test
    default void onlyItsOwnTenantDeletesASecret() {
        Answers.of(secrets().put(entry(TENANT, "db", "x", NOW)));
        assertThat(Answers.of(secrets().delete(OTHER_TENANT, "db"))).isFalse();
        assertThat(Answers.of(secrets().delete(TENANT, "db"))).isTrue();
        assertThat(Answers.of(secrets().delete(TENANT, "db"))).isFalse();
        assertThat(revealed(TENANT, "db")).isEmpty();
        assertThat(Answers.of(secrets().put(entry(TENANT, "db", "again", NOW))).version()).isEqualTo(1);
    }

    @Test
    default void nothingPrintsAValue() {
        assertThat(entry(TENANT, "db", "hunter2", NOW).toString()).doesNotContain("hunter2");
        Secret secret = Answers.of(secrets().put(entry(TENANT, "db", "hunter2", NOW)));
        assertThat(secret.toString() + Answers.of(secrets().reveal(TENANT, "db"))).doesNotContain("hunter2");
    }

    private Optional<String> revealed(TenantId tenant, String id) {
        return Answers.of(secrets().reveal(tenant, id)).map(Redacted::reveal);
    }

    private static Entry entry(TenantId tenant, String id, String value, Instant at) {
        return new Entry(tenant, id, new Redacted(value), "olga", at);
    }
}

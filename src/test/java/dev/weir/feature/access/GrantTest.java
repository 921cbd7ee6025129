package dev.weir.feature.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fixture.Answers;
import dev.weir.fixture.MemoryApiKeyStore;
import dev.weir.fixture.MemoryGrantStore;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Problem;
import dev.weir.kernel.Role;
import dev.weir.kernel.TenantId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Features S0-21 to S0-23. */
class GrantTest {
    private final MemoryGrantStore store = new MemoryGrantStore();
    private final Access access = new Access(new MemoryApiKeyStore(), store,
            new Tickets(new byte[32], InstantSource.system()));

    @Test
    void theWildcardCountsOnlyAsAnElement() {
        assertThat(grant("*").allows("hello")).isTrue();
        assertThat(grant("*", "x").allows("hello")).isTrue();
        assertThat(grant("x", "*").allows("hello")).isTrue();
        assertThat(grant("**").allows("hello")).isFalse();
        assertThat(grant("h*").allows("hello")).isFalse();
        assertThat(grant("x,*").allows("hello")).isFalse();
    }

    @Test
    void idsAreComparedExactlyAndNothingGrantsNothing() {
        assertThat(grant("hello").allows("hello")).isTrue();
        assertThat(grant("Hello").allows("hello")).isFalse();
        assertThat(grant("hell").allows("hello")).isFalse();
        assertThat(grant("hello2").allows("hello")).isFalse();
        assertThat(grant("").allows("hello")).isFalse();
        assertThat(grant().allows("hello")).isFalse();
        assertThat(grant().allows("*")).isFalse();
    }

    @Test
    void ownersNeedNoGrantAndDevelopersOneOfTheirOwn() {
        Caller owner = new Caller(Samples.TENANT, "olga", Role.OWNER);
        Caller developer = new Caller(Samples.TENANT, "dora", Role.DEVELOPER);
        assertThat(Answers.of(access.invoke(owner, "hello")).caller()).isEqualTo(owner);
        assertForbidden(developer);
        Answers.of(store.add(new Grant("g1", Samples.OTHER_TENANT, "dora", List.of("*"), Instant.EPOCH)));
        Answers.of(store.add(new Grant("g2", Samples.TENANT, "dina", List.of("*"), Instant.EPOCH)));
        Answers.of(store.add(new Grant("g3", Samples.TENANT, "dora", List.of("other"), Instant.EPOCH)));
        assertForbidden(developer);
        Answers.of(store.add(new Grant("g4", Samples.TENANT, "dora", List.of("hello"), Instant.EPOCH)));
        assertThat(Answers.of(access.invoke(developer, "hello")).tenant()).isEqualTo(Samples.TENANT);
        Answers.of(store.revoke(Samples.TENANT, "g4"));
        assertForbidden(developer);
    }

    private void assertForbidden(Caller caller) {
        assertThat(Answers.problemOf(access.invoke(caller, "hello"))).isInstanceOf(Problem.Forbidden.class);
    }

    private static Grant grant(String... skills) {
        return new Grant("g", new TenantId("acme"), "dora", List.of(skills), Instant.EPOCH);
    }
}

package dev.weir.feature.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fixture.Answers;
import dev.weir.fixture.MemoryApiKeyStore;
import dev.weir.fixture.MemoryGrantStore;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Problem;
import dev.weir.kernel.Redacted;
import dev.weir.kernel.Role;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class AccessTest {
    private final MemoryApiKeyStore keys = new MemoryApiKeyStore();
    private final Access access = new Access(keys, new MemoryGrantStore(),
            new Tickets(new byte[32], InstantSource.system()));

    @Test
    void nobodyIsTheOneWhoStartsWhatNobodyStarts() {
        for (Role role : Role.values()) {
            Redacted old = new Redacted("wk_from_before_the_name_was_reserved_" + role);
            Answers.of(keys.add(new ApiKey("key_" + role, Samples.TENANT, ApiKeys.RESERVED, role, Access.hash(old),
                    Instant.EPOCH)));
            assertThat(Answers.problemOf(access.authenticate(old))).isInstanceOf(Problem.Unauthenticated.class);
        }
        Redacted mine = new Redacted("wk_mine");
        Answers.of(keys.add(new ApiKey("key_1", Samples.TENANT, "schedules", Role.OWNER, Access.hash(mine),
                Instant.EPOCH)));
        assertThat(Answers.of(access.authenticate(mine)).user()).isEqualTo("schedules");
    }
}

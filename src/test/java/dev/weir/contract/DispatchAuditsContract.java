package dev.weir.contract;

import static dev.weir.fixture.Samples.OTHER_TENANT;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.interpreter.dispatch.DispatchAudit;
import dev.weir.feature.interpreter.dispatch.DispatchAudits;
import dev.weir.feature.interpreter.dispatch.DispatchResult.Failure;
import dev.weir.feature.interpreter.dispatch.ErrorKind;
import dev.weir.feature.interpreter.pool.PoolKey;
import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import dev.weir.kernel.Page;
import dev.weir.kernel.Problem;
import dev.weir.kernel.TenantId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link DispatchAudits} does. */
public interface DispatchAuditsContract {
    /** Nothing in them, the same throughout a test, on {@link #clock}. */
    DispatchAudits audits();

    HandClock clock();

    @Test
    default void s3_27_whatWasDispatchedIsKeptAsItWasNewestFirst() {
        DispatchAudit good = audit(TENANT, "good", Optional.empty());
        DispatchAudit bad = audit(TENANT, "bad",
                Optional.of(new Failure(ErrorKind.DEPTH, "too deep", Optional.empty())));
        Answers.of(audits().add("run_1", good));
        clock().advance(Duration.ofSeconds(5));
        Answers.of(audits().add("run_2", bad));
        Answers.of(audits().add("run_3", audit(OTHER_TENANT, "foreign", Optional.empty())));
        Page<DispatchAudits.Entry> all = Answers.of(audits().list(TENANT, Optional.empty(), Optional.empty(), 9));
        assertThat(all.items()).extracting(DispatchAudits.Entry::audit).containsExactly(bad, good);
        assertThat(all.items()).extracting(DispatchAudits.Entry::at).containsExactly(clock().instant(),
                clock().instant().minusSeconds(5));
        assertThat(all.next()).isEmpty();
        assertThat(Answers.of(audits().list(TENANT, Optional.of("run_1"), Optional.empty(), 9)).items())
                .extracting(DispatchAudits.Entry::run).containsExactly("run_1");
    }

    @Test
    default void pagesFollowOneAnother() {
        for (int i = 0; i < 5; i++) {
            Answers.of(audits().add("run_" + i, audit(TENANT, "s", Optional.empty())));
        }
        Page<DispatchAudits.Entry> first = Answers.of(audits().list(TENANT, Optional.empty(), Optional.empty(), 3));
        Page<DispatchAudits.Entry> last = Answers.of(audits().list(TENANT, Optional.empty(), first.next(), 3));
        assertThat(first.items()).extracting(DispatchAudits.Entry::run).containsExactly("run_4", "run_3", "run_2");
        assertThat(last.items()).extracting(DispatchAudits.Entry::run).containsExactly("run_1", "run_0");
        assertThat(last.next()).isEmpty();
        assertThat(Answers.problemOf(audits().list(TENANT, Optional.empty(), Optional.of("x"), 3)))
                .isInstanceOf(Problem.Invalid.class);
    }

    @Test
    default void whatIsOldIsForgotten() {
        Answers.of(audits().add("run_1", audit(TENANT, "s", Optional.empty())));
        clock().advance(Duration.ofDays(1));
        Answers.of(audits().add("run_2", audit(TENANT, "s", Optional.empty())));
        assertThat(Answers.of(audits().forget(clock().instant(), 9))).isOne();
        assertThat(Answers.of(audits().list(TENANT, Optional.empty(), Optional.empty(), 9)).items())
                .extracting(DispatchAudits.Entry::run).containsExactly("run_2");
    }

    private static DispatchAudit audit(TenantId tenant, String slug, Optional<Failure> failure) {
        return new DispatchAudit(new PoolKey(tenant, "dora", "default-public"), slug,
                failure.isPresent() ? "failed" : "ok", failure, Duration.ofMillis(12), Optional.of("01S"),
                Optional.of("ab".repeat(32)), "cd".repeat(32), "ef".repeat(32));
    }
}

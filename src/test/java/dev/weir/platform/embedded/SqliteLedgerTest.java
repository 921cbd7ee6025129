package dev.weir.platform.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contract.LedgerContract;
import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Ledger.Answer;
import dev.weir.feature.quota.Ledger.Counter;
import dev.weir.feature.quota.Ledger.Draw;
import dev.weir.feature.quota.Ledger.Hold;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SqliteLedgerTest extends SqliteTest implements LedgerContract {
    private final Draw slot = new Draw(new Counter(TENANT, Dimension.CONCURRENT_RUNS, ""), 1, 1);
    private final Draw hour = new Draw(new Counter(TENANT, Dimension.RUNS_PER_HOUR, "2026-03-01T12"), 1, 1);

    @Override
    public SqliteLedger ledger() {
        return new SqliteLedger(database);
    }

    @Test
    void holdsOutliveAProcessAndLapseAllTheSame() {
        Answers.of(ledger().reserve(new Hold("r1", Samples.TENANT, List.of(slot), UNTIL), NOW));
        reopen();
        Hold second = new Hold("r2", Samples.TENANT, List.of(slot), UNTIL.plusSeconds(60));
        assertThat(Answers.of(ledger().reserve(second, NOW))).isInstanceOf(Answer.Refused.class);
        assertThat(Answers.of(ledger().reserve(second, UNTIL))).isInstanceOf(Answer.Granted.class);
    }

    @Test
    void countersOfLongAgoAreForgottenAndTheOthersKept() {
        Answers.of(ledger().reserve(new Hold("r1", Samples.TENANT, List.of(slot, hour), UNTIL), NOW));
        Answers.of(ledger().lapse(NOW.plus(Duration.ofDays(61)), 0));
        assertThat(rows()).isEqualTo(2);
        Answers.of(ledger().lapse(NOW.plus(Duration.ofDays(63)), 0));
        assertThat(rows()).isEqualTo(1);
        assertThat(Answers.of(ledger().giveBack("r1"))).as("a hold that outlived its counter").isTrue();
        assertThat(Answers.of(ledger().used(Set.of(slot.counter())))).containsEntry(slot.counter(), 0L);
    }

    private int rows() {
        return Answers.of(database.read(
                session -> session.first("select count(*) as n from quota_counter", row -> row.integer("n"))))
                .orElseThrow();
    }
}

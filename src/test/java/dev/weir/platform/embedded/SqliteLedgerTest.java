package dev.weir.platform.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contract.HoldContract;
import dev.weir.contract.LedgerContract;
import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Ledger.Answer;
import dev.weir.feature.quota.Ledger.Counter;
import dev.weir.feature.quota.Ledger.Draw;
import dev.weir.feature.quota.Ledger.Hold;
import dev.weir.feature.quota.Scope;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SqliteLedgerTest extends SqliteTest implements LedgerContract, HoldContract {
    private static final Instant NOW = Instant.parse("2026-03-01T12:30:00Z");
    private static final Instant UNTIL = NOW.plusSeconds(60);
    private static final Scope TENANT = Scope.of(Samples.TENANT);
    private final Draw slot = new Draw(new Counter(TENANT, Dimension.CONCURRENT_RUNS, ""), 1, 1);
    private final Draw hour = new Draw(new Counter(TENANT, Dimension.RUNS_PER_HOUR, "2026-03-01T12"), 1, 1);

    @Override
    public SqliteLedger ledger() {
        return new SqliteLedger(database);
    }

    @Test
    void holdsOutliveAProcessAndLapseAllTheSame() {
        Answers.of(ledger().reserve(hold("r1", UNTIL, slot), NOW));
        reopen();
        Hold second = hold("r2", UNTIL.plusSeconds(60), slot);
        assertThat(Answers.of(ledger().reserve(second, NOW))).isInstanceOf(Answer.Refused.class);
        assertThat(Answers.of(ledger().reserve(second, UNTIL))).isInstanceOf(Answer.Granted.class);
    }

    @Test
    void countersOfLongAgoAreForgottenAndTheOthersKept() {
        Answers.of(ledger().reserve(hold("r1", UNTIL, slot, hour), NOW));
        Answers.of(ledger().lapse(NOW.plus(Duration.ofDays(61)), 0));
        assertThat(rows()).isEqualTo(2);
        Answers.of(ledger().lapse(NOW.plus(Duration.ofDays(63)), 0));
        assertThat(rows()).as("somebody holds the slot").isEqualTo(1);
        assertThat(Answers.of(ledger().giveBack("r1"))).as("a hold that outlived its counter").isTrue();
        assertThat(used(slot)).isZero();
        Answers.of(ledger().lapse(NOW.plus(Duration.ofDays(63)), 0));
        assertThat(rows()).as("nobody does").isZero();
    }

    @Test
    void aCounterIsKeptForAsLongAsItIsInUse() {
        Answers.of(ledger().reserve(hold("r1", UNTIL, slot), NOW));
        Answers.of(ledger().giveBack("r1"));
        Instant later = NOW.plus(Duration.ofDays(50));
        Answers.of(ledger().reserve(new Hold("r2", 1, Samples.TENANT, List.of(slot), later, later), NOW));
        Answers.of(ledger().giveBack("r2"));
        Answers.of(ledger().lapse(NOW.plus(Duration.ofDays(63)), 0));
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void aHoldThatIsLargerThanItsCounterFailsNothing() {
        Draw five = new Draw(slot.counter(), 5, 9);
        Answers.of(ledger().reserve(hold("r1", UNTIL, five), NOW));
        Answers.of(database.write(session -> session.update("delete from quota_counter")));
        Answers.of(ledger().reserve(hold("r2", UNTIL.plusSeconds(60), slot), NOW));
        assertThat(Answers.of(ledger().used(Set.of(slot.counter()), UNTIL))).containsEntry(slot.counter(), 0L);
        assertThat(Answers.of(ledger().lapse(UNTIL, 9))).isEqualTo(1);
        assertThat(used(slot)).isZero();
        assertThat(Answers.of(ledger().extend("r1", 1, UNTIL.plusSeconds(60)))).isTrue();
        assertThat(used(slot)).isEqualTo(5);
    }

    private static Hold hold(String id, Instant until, Draw... draws) {
        return new Hold(id, 1, Samples.TENANT, List.of(draws), NOW, until);
    }

    private long used(Draw draw) {
        return Answers.of(ledger().used(Set.of(draw.counter()), Instant.EPOCH)).get(draw.counter());
    }

    private int rows() {
        return Answers.of(database.read(
                session -> session.first("select count(*) as n from quota_counter", row -> row.integer("n"))))
                .orElseThrow();
    }
}

package dev.weir.feature.quota;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** What is limited. Periods are those of UTC, and the time of the reservation decides which one counts, also for what is settled later. */
public enum Dimension {
    /** Runs admitted since the hour began. */
    RUNS_PER_HOUR(Optional.of(ChronoUnit.HOURS)),
    /** Runs admitted since the day began. */
    RUNS_PER_DAY(Optional.of(ChronoUnit.DAYS)),
    /** Billable time since the month began, in milliseconds. */
    BILLABLE_TIME_PER_MONTH(Optional.of(ChronoUnit.MONTHS)),
    /** Runs that are executing. */
    CONCURRENT_RUNS(Optional.empty());

    private static final int DECIMALS = 3;

    private final Optional<ChronoUnit> period;

    Dimension(Optional<ChronoUnit> period) {
        this.period = period;
    }

    /** The name in stores. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name that clients know, who see time in minutes. */
    public String shownName() {
        return this == BILLABLE_TIME_PER_MONTH ? "billable_minutes_per_month" : wireName();
    }

    /** How much of the dimension's own unit one of the clients' is. */
    public long shownUnit() {
        return this == BILLABLE_TIME_PER_MONTH ? Duration.ofMinutes(1).toMillis() : 1;
    }

    /** An amount in the clients' unit, in at most three decimals; what counts is exact all the same. */
    public BigDecimal shown(long amount, RoundingMode rounding) {
        BigDecimal shown = BigDecimal.valueOf(amount).divide(BigDecimal.valueOf(shownUnit()), DECIMALS, rounding)
                .stripTrailingZeros();
        return shown.scale() < 0 ? shown.setScale(0) : shown;
    }

    /** Names the period that {@code now} is in, such as {@code 2026-03-01T12} or {@code 2026-03}; empty where none counts. */
    public String period(Instant now) {
        return period.map(unit -> begin(unit, now).toString().substring(0, switch (unit) {
            case HOURS -> "2026-03-01T12".length();
            case DAYS -> "2026-03-01".length();
            default -> "2026-03".length();
        })).orElse("");
    }

    /** When the period that {@code now} is in ends, and its counter begins anew; empty for what has no period. */
    public Optional<Instant> reset(Instant now) {
        return period.map(unit -> begin(unit, now).plus(1, unit).toInstant(ZoneOffset.UTC));
    }

    /** What one run reserves that is charged for {@code longest} at most: in full, so that no run can outrun the limit. */
    public long amount(Duration longest) {
        return this == BILLABLE_TIME_PER_MONTH ? Math.max(1, longest.toMillis()) : 1;
    }

    /**
     * What stays used of {@code reserved} once the run ended, having taken {@code billable}. Time stays as it was taken, even if that is more
     * than was reserved: the next run is refused then, and the books tell the truth.
     */
    public long kept(long reserved, Duration billable) {
        return switch (this) {
            case RUNS_PER_HOUR, RUNS_PER_DAY -> reserved;
            case BILLABLE_TIME_PER_MONTH -> Math.max(0, billable.toMillis());
            case CONCURRENT_RUNS -> 0;
        };
    }

    /**
     * What goes on counting of {@code reserved} while nobody knows what became of the run: it was admitted, and may have executed for as
     * long as somebody kept its share, {@code held}, but it does not any more.
     */
    public long lapsed(long reserved, Duration held) {
        return switch (this) {
            case RUNS_PER_HOUR, RUNS_PER_DAY -> reserved;
            case BILLABLE_TIME_PER_MONTH -> Math.clamp(held.toMillis(), 0, reserved);
            case CONCURRENT_RUNS -> 0;
        };
    }

    private static LocalDateTime begin(ChronoUnit unit, Instant now) {
        LocalDateTime utc = LocalDateTime.ofInstant(now, ZoneOffset.UTC);
        return unit == ChronoUnit.MONTHS
                ? utc.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1)
                : utc.truncatedTo(unit);
    }
}

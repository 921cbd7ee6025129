package dev.weir.feature.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.feature.schedule.Timetable.Due;
import dev.weir.feature.schedule.Timetable.Preview;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimetableTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** After | expression | zone | the local time with its offset. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2026-03-01T12:00:00Z | 0 12 * * *     | UTC | 2026-03-02T12:00Z
            2026-03-01T11:59:59.999Z | 0 12 * * * | UTC | 2026-03-01T12:00Z
            2026-03-01T12:00:00.001Z | * * * * *  | UTC | 2026-03-01T12:01Z
            2026-12-31T23:59:30Z | * * * * *      | UTC | 2027-01-01T00:00Z
            2026-03-01T12:00:00Z | 0 0 29 2 *     | UTC | 2028-02-29T00:00Z
            2096-03-01T00:00:00Z | 0 0 29 2 *     | UTC | 2104-02-29T00:00Z
            2026-03-01T12:00:00Z | 0 0 31 * *     | UTC | 2026-03-31T00:00Z
            2026-03-31T12:00:00Z | 0 0 31 * *     | UTC | 2026-05-31T00:00Z
            2026-03-01T12:00:00Z | 0 0 30 2 MON   | UTC | 2027-02-01T00:00Z
            2026-03-28T12:00:00Z | 30 2 * * *     | Europe/Berlin | 2026-03-30T02:30+02:00
            2026-10-24T12:00:00Z | 30 2 * * *     | Europe/Berlin | 2026-10-25T02:30+02:00
            2026-10-25T00:30:00Z | 30 2 * * *     | Europe/Berlin | 2026-10-26T02:30+01:00
            2026-10-25T00:45:00Z | */15 * * * *   | Europe/Berlin | 2026-10-25T03:00+01:00
            2026-10-03T12:00:00Z | 10 2 * * *     | Australia/Lord_Howe | 2026-10-05T02:10+11:00
            2026-10-03T12:00:00Z | 45 2 * * *     | Australia/Lord_Howe | 2026-10-04T02:45+11:00
            2024-04-25T12:00:00Z | 0 0 * * *      | Africa/Cairo | 2024-04-27T00:00+03:00
            2024-04-25T21:59:00Z | 0 * * * *      | Africa/Cairo | 2024-04-26T01:00+03:00
            2011-12-29T12:00:00Z | 0 12 30 12 *   | Pacific/Apia | 2012-12-30T12:00+14:00
            2026-03-28T12:00:00Z | 30 2 29 3 *    | Europe/Berlin | 2027-03-29T02:30+02:00
            """)
    void theNextTime(Instant after, String expression, String zone, String local) {
        assertThat(Timetable.of(expression, zone, NOW).next(after)).map(next -> next.local().toString())
                .contains(local);
    }

    @Test
    void aPreviewTellsOfTimesThatAClockChangeSkips() {
        Preview preview = Timetable.of("30 2 * * *", "Europe/Berlin", NOW)
                .preview(Instant.parse("2026-03-25T12:00:00Z"), 10);
        assertThat(preview.times()).hasSize(10).noneMatch(FireTime::repeated);
        assertThat(preview.times()).map(time -> time.local().getDayOfMonth())
                .containsExactly(26, 27, 28, 30, 31, 1, 2, 3, 4, 5);
        assertThat(preview.changes()).map(ClockChange::note).containsExactly(
                "the clock goes from 2026-03-29T02:00 to 2026-03-29T03:00: 1 time between the two will not run");
    }

    @Test
    void aPreviewTellsOfTimesThatAreShownTwice() {
        Preview preview = Timetable.of("*/20 1-3 * * *", "Europe/Berlin", NOW)
                .preview(Instant.parse("2026-10-24T20:00:00Z"), 10);
        assertThat(preview.times()).map(FireTime::repeated).containsExactly(false, false, false, true, true, true,
                false, false, false, false);
        assertThat(preview.changes()).map(ClockChange::note).containsExactly(
                "the clock goes from 2026-10-25T03:00 to 2026-10-25T02:00: 3 times shown twice will run at the first");
        assertThat(preview.changes()).noneMatch(ClockChange::skips);
    }

    @Test
    void aChangeThatTouchesNoTimeIsNotTold() {
        assertThat(Timetable.of("0 12 * * *", "Europe/Berlin", NOW).preview(NOW, 200).changes()).isEmpty();
        assertThat(Timetable.of("* * * * *", "Europe/Berlin", NOW)
                .preview(Instant.parse("2026-03-29T00:58:00Z"), 10).changes()).map(ClockChange::times)
                .containsExactly(60);
        assertThat(Timetable.of("30 2 29 2 *", "Europe/Berlin", NOW).preview(NOW, 10).changes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "europe/berlin", "Berlin", "+02:00", "UTC+2", "GMT+01:00", "Z", "CEST",
        "Europe/Berlin ",
        "Europe/../Berlin", "\u0395urope/Berlin"})
    void aZoneIsAnExactName(String zone) {
        assertThat(violations("0 0 * * *", zone)).map(Violation::pointer).containsExactly("/schedule_timezone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 0 30 2 *", "0 0 31 2,4,6,9,11 *", "0 0 30,31 feb *"})
    void whatNeverFiresIsRefused(String expression) {
        assertThat(violations(expression, "UTC")).containsExactly(new Violation("/schedule_cron", "never fires"));
    }

    @Test
    void everythingWrongIsSaidAtOnce() {
        assertThat(violations("60 24 * * *", "Mars")).map(Violation::pointer)
                .containsExactly("/schedule_timezone", "/schedule_cron", "/schedule_cron");
    }

    @Test
    void afterAPauseAtMostTheNewestTimeFiresAndOnlyIfItIsNotTooOld() {
        Timetable hourly = Timetable.of("0 * * * *", "UTC", NOW);
        Duration window = Duration.ofMinutes(10);
        assertThat(hourly.due(NOW, NOW.plusSeconds(3599), window)).isEqualTo(new Due(Optional.empty(), 0));
        assertThat(hourly.due(NOW, NOW.plusSeconds(3600), window)).isEqualTo(due(3600, 0));
        assertThat(hourly.due(NOW, NOW.plusSeconds(5 * 3600 + 600), window)).isEqualTo(due(5 * 3600, 4));
        assertThat(hourly.due(NOW, NOW.plusSeconds(5 * 3600 + 601), window))
                .isEqualTo(new Due(Optional.empty(), 5));
        assertThat(hourly.due(NOW.plusSeconds(3600), NOW, window)).as("the clock went back")
                .isEqualTo(new Due(Optional.empty(), 0));
    }

    @Test
    void aYearOfMissedMinutesIsCountedToABound() {
        Instant now = NOW.plus(Duration.ofDays(366));
        Timetable minutely = Timetable.of("* * * * *", "UTC", NOW);
        assertThat(minutely.due(NOW, now.plusSeconds(5), Duration.ofMinutes(2)))
                .isEqualTo(new Due(Optional.of(now), 1000));
        assertThat(minutely.due(NOW, now.plusSeconds(5), Duration.ZERO)).isEqualTo(new Due(Optional.empty(), 1000));
    }

    private static Due due(long seconds, int missed) {
        return new Due(Optional.of(NOW.plusSeconds(seconds)), missed);
    }

    private static List<Violation> violations(String expression, String zone) {
        Problem[] problem = new Problem[1];
        assertThatThrownBy(() -> Timetable.of(expression, zone, NOW)).isInstanceOfSatisfying(ProblemException.class,
                failed -> problem[0] = failed.problem());
        return ((Problem.Invalid) problem[0]).violations();
    }
}

package dev.weir.feature.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fire times against the slowest way to find them: look at the clock every minute, and heed only times it has not shown before. */
class TimetableOracleTest {
    private static final int EXPRESSIONS = 60;

    /** Changes of an hour, half an hour, two hours and a day, at 2 o'clock, at midnight and a minute after it, in both directions. */
    @ParameterizedTest
    @CsvSource({"Europe/Berlin,2026-03-29", "Europe/Berlin,2026-10-25", "America/New_York,2026-03-08",
        "America/New_York,2026-11-01", "Australia/Lord_Howe,2026-04-05", "Australia/Lord_Howe,2026-10-04",
        "Africa/Cairo,2024-04-26", "Africa/Cairo,2024-11-01", "America/Sao_Paulo,2018-11-04",
        "America/Sao_Paulo,2019-02-17", "America/Havana,2024-03-10", "America/Havana,2024-11-03",
        "America/St_Johns,2011-03-13", "America/St_Johns,2010-11-07", "Asia/Beirut,2024-03-31",
        "Antarctica/Troll,2025-03-30", "Antarctica/Troll,2025-10-26", "Pacific/Apia,2011-12-30",
        "Pacific/Kwajalein,1993-08-21", "Asia/Kathmandu,1986-01-01", "Asia/Pyongyang,2015-08-15",
        "Asia/Pyongyang,2018-05-05", "America/Caracas,2007-12-09", "Africa/Casablanca,2025-02-23",
        "Europe/Dublin,2026-10-25", "Asia/Kolkata,2026-01-01", "UTC,2028-02-29"})
    void everyTimeAroundAClockChange(String zone, String day) {
        ZoneId id = ZoneId.of(zone);
        Instant middle = LocalDateTime.parse(day + "T00:00:00").atZone(id).toInstant().truncatedTo(ChronoUnit.HOURS);
        Instant from = middle.minus(Duration.ofDays(2));
        Instant to = middle.plus(Duration.ofDays(3));
        Random random = new Random(zone.hashCode() * 31L + day.hashCode());
        for (int i = 0; i < EXPRESSIONS; i++) {
            RandomCron drawn = RandomCron.draw(random);
            assertThat(found(drawn, zone, from, to)).as("%s in %s", drawn.text(), zone)
                    .isEqualTo(brute(drawn, id, from, to));
        }
    }

    /** From within the hour that comes twice, from a second past, from a moment before. */
    @Test
    void fromAnyMoment() {
        Random random = new Random(7);
        ZoneId zone = ZoneId.of("Europe/Berlin");
        Instant change = Instant.parse("2026-10-25T01:00:00Z");
        for (int i = 0; i < 300; i++) {
            RandomCron drawn = RandomCron.draw(random);
            Instant after = change.plusMillis(random.nextLong(-7_200_000, 7_200_000));
            Instant end = change.plus(Duration.ofDays(2));
            List<Instant> later = brute(drawn, zone, change.minus(Duration.ofDays(1)), end).stream()
                    .filter(at -> at.isAfter(after)).toList();
            Optional<Instant> next = Timetable.of(drawn.text(), "Europe/Berlin", after).next(after).map(FireTime::at)
                    .filter(at -> !at.isAfter(end));
            assertThat(next).as("%s after %s", drawn.text(), after).isEqualTo(later.stream().findFirst());
        }
    }

    private static List<Instant> found(RandomCron drawn, String zone, Instant from, Instant to) {
        Timetable table = Timetable.of(drawn.text(), zone, from);
        List<Instant> times = new ArrayList<>();
        for (Optional<FireTime> next = table.next(from); next.filter(each -> !each.at().isAfter(to))
                .isPresent(); next = table.next(next.get().at())) {
            times.add(next.get().at());
        }
        return times;
    }

    private static List<Instant> brute(RandomCron drawn, ZoneId zone, Instant from, Instant to) {
        List<Instant> times = new ArrayList<>();
        LocalDateTime shown = LocalDateTime.ofInstant(from, zone);
        for (Instant at = from.plusSeconds(60); !at.isAfter(to); at = at.plusSeconds(60)) {
            LocalDateTime local = LocalDateTime.ofInstant(at, zone);
            if (local.isAfter(shown)) {
                shown = local;
                if (drawn.selects(local)) {
                    times.add(at);
                }
            }
        }
        return times;
    }
}

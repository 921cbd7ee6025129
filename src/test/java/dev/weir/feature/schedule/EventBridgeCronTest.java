package dev.weir.feature.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventBridgeCronTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final LocalDateTime START = LocalDateTime.parse("2027-12-20T00:00");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            * * * * *               | cron(* * * * ? *)
            0 9 * * MON-FRI         | cron(0 9 ? * 2-6 *)
            0 9 * * 0               | cron(0 9 ? * 1 *)
            0 9 * * 7               | cron(0 9 ? * 1 *)
            0 9 * * 6               | cron(0 9 ? * 7 *)
            0 9 * * SAT-SUN         | cron(0 9 ? * 1,7 *)
            */20 8-10,18 1 * *      | cron(0,20,40 8-10,18 1 * ? *)
            5 4 13 jan,MAR-may *    | cron(5 4 13 1,3-5 ? *)
            0 0 13 * FRI            | cron(0 0 13 * ? *) cron(0 0 ? * 6 *)
            * 5 31 2 1              | cron(* 5 ? 2 2 *)
            0 0 30,31 2 FRI         | cron(0 0 ? 2 6 *)
            0 0 29 2 FRI            | cron(0 0 29 2 ? *) cron(0 0 ? 2 6 *)
            0 0 31 4,6-7 FRI        | cron(0 0 31 4,6-7 ? *) cron(0 0 ? 4,6-7 6 *)
            0 0 1-31 * FRI          | cron(0 0 * * ? *)
            0 0 13 * 0-6            | cron(0 0 * * ? *)
            0 0 * * 0-6             | cron(0 0 * * ? *)
            """)
    void translates(String posix, String expected) {
        assertThat(String.join(" ", Timetable.of(posix, "UTC", NOW).eventBridge())).isEqualTo(expected);
    }

    /** A reader of the six fields, written from the documentation, agrees minute by minute with what was meant. */
    @Test
    void meansTheSame() {
        Random random = new Random(4);
        for (int i = 0; i < 400; i++) {
            RandomCron drawn = RandomCron.draw(random);
            List<SixFields> read = read(drawn);
            for (int step = 0; step < 3000; step++) {
                LocalDateTime time = START.plusMinutes(random.nextLong(100 * 1440));
                assertThat(read.stream().anyMatch(each -> each.selects(time))).as("%s at %s", drawn.text(), time)
                        .isEqualTo(drawn.selects(time));
            }
        }
    }

    private static List<SixFields> read(RandomCron drawn) {
        List<String> translated = Timetable.of(drawn.text(), "UTC", NOW).eventBridge();
        assertThat(translated).hasSizeBetween(1, 2);
        List<SixFields> read = new ArrayList<>();
        for (String each : translated) {
            assertThat(each.length()).isLessThanOrEqualTo(256);
            assertThat(each).matches("cron\\([0-9*?,-]+( [0-9*?,-]+){4} \\*\\)");
            List<String> fields = List.of(each.substring(5, each.length() - 1).split(" ", -1));
            assertThat(List.of(fields.get(2), fields.get(4))).as("exactly one day field is given up")
                    .containsOnlyOnce("?");
            read.add(new SixFields(fields));
        }
        return read;
    }

    private record SixFields(List<String> fields) {
        boolean selects(LocalDateTime time) {
            int sundayIsOne = time.getDayOfWeek().getValue() % 7 + 1;
            return has(0, time.getMinute()) && has(1, time.getHour()) && has(2, time.getDayOfMonth())
                    && has(3, time.getMonthValue()) && has(4, sundayIsOne);
        }

        private boolean has(int field, int value) {
            if (fields.get(field).equals("*") || fields.get(field).equals("?")) {
                return true;
            }
            Set<Integer> values = new HashSet<>();
            for (String part : fields.get(field).split(",", -1)) {
                String[] ends = part.split("-", -1);
                for (int each = Integer.parseInt(ends[0]); each <= Integer.parseInt(ends[ends.length - 1]); each++) {
                    values.add(each);
                }
            }
            return values.contains(value);
        }
    }
}

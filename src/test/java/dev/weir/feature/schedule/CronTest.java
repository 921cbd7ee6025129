package dev.weir.feature.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.kernel.Violation;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {
    /** Minutes | hours | days of month | months | days of week, as the fields select them; {@code all} for every value. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            * * * * *                    | all | all | all | all | all
            0 0 1 1 0                    | 0 | 0 | 1 | 1 | 0
            59 23 31 12 7                | 59 | 23 | 31 | 12 | 0
            00 007 01 0012 6             | 0 | 7 | 1 | 12 | 6
            1,2,3 4-6 7,9-11 * *         | 1 2 3 | 4 5 6 | 7 9 10 11 | all | all
            */15 */6 */10 */4 */2        | 0 15 30 45 | 0 6 12 18 | 1 11 21 31 | 1 5 9 | 0 2 4 6
            */59 */23 */30 */11 */6      | 0 59 | 0 23 | 1 31 | 1 12 | 0 6
            5-55/25 9-17/4 2-30/14 2-12/5 1-5/2 | 5 30 55 | 9 13 17 | 2 16 30 | 2 7 12 | 1 3 5
            0-59 0-23 1-31 1-12 0-6      | all | all | all | all | all
            0 0 * jan,FEB,Mar mon-FRI    | 0 | 0 | all | 1 2 3 | 1 2 3 4 5
            0 0 * JAN-MAR/2 SUN          | 0 | 0 | all | 1 3 | 0
            0 0 * Dec SAT-SUN            | 0 | 0 | all | 12 | 0 6
            0 0 * * 5-7                  | 0 | 0 | all | all | 0 5 6
            0 0 * * 0-7                  | 0 | 0 | all | all | all
            0 0 * * SUN-SUN              | 0 | 0 | all | all | 0
            0 0 * * SUN-SAT              | 0 | 0 | all | all | all
            0 0 * * MON-7                | 0 | 0 | all | all | all
            30,0,30,15-15 0 * * *        | 0 15 30 | 0 | all | all | all
            *,5 0 * * *                  | all | 0 | all | all | all
            """)
    void readsEveryForm(String text, String minutes, String hours, String days, String months, String weekDays) {
        Cron cron = good(text);
        assertThat(List.of(shown(cron.minute(), CronField.MINUTE), shown(cron.hour(), CronField.HOUR),
                shown(cron.dayOfMonth(), CronField.DAY_OF_MONTH), shown(cron.month(), CronField.MONTH),
                shown(cron.dayOfWeek(), CronField.DAY_OF_WEEK)))
                .containsExactly(minutes, hours, days, months, weekDays);
    }

    @Test
    void blanksAndTabsSeparate() {
        assertThat(good(" \t 5  4\t* \t *   * ")).isEqualTo(good("5 4 * * *"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "*", "* * * *", "* * * * * *", "0 0 * * * 2026", "@daily", "@reboot", "60 * * * *",
        "-1 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *", "* * * 13 *", "* * * * 8", "5-1 * * * *",
        "* 23-1 * * *", "* * * DEC-JAN *", "* * * * SAT-MON", "* * * * 6-0", "*/0 * * * *", "*/60 * * * *",
        "*/90 * * * *", "* */24 * * *", "* * */31 * *", "* * * */12 *", "* * * * */7", "5/10 * * * *", "*/ * * * *",
        "/5 * * * *", "*/5/5 * * * *", "1- * * * *", "-5 * * * *", "1-2-3 * * * *", ", * * * *", "1, * * * *",
        ",1 * * * *", "1,,2 * * * *", "+5 * * * *", "1.5 * * * *", "0x5 * * * *", "1e1 * * * *", "** * * * *",
        "*-5 * * * *", "5-* * * * *", "JAN * * * *", "* * JAN * *", "* * * MON *", "* * * * JAN", "* * * JANUARY *",
        "* * * JA *", "* * * * M0N", "? * * * *", "0 0 ? * MON", "0 0 L * *", "0 0 15W * *", "0 0 * * MON#2",
        "0 0 * * 5L", "H * * * *", "* * * * *\n", "*\n* * * *", "* * * * *\u0000", "\u00a05 * * * *",
        "\u0665 * * * *", "\uff15 * * * *", "*\u2003* * * *", "99999999999 * * * *", "00000 * * * *",
        "* * * \u0131an *", "~ * * * *", "0~30 * * * *"})
    void refusesEverythingElse(String text) {
        assertThat(bad(text)).isNotEmpty().allSatisfy(violation -> {
            assertThat(violation.pointer()).isEqualTo("/cron");
            assertThat(violation.message()).isNotBlank();
        });
    }

    @Test
    void namesEveryFieldThatIsWrong() {
        assertThat(bad("60 24 32 13 8")).map(Violation::message).containsExactly("the minute must be within 0-59",
                "the hour must be within 0-23", "the day-of-month must be within 1-31",
                "the month must be within 1-12 or a name such as JAN",
                "the day-of-week must be within 0-7 or a name such as SUN");
        assertThat(bad("70,80,90 * * * *")).as("each once").hasSize(1);
    }

    @Test
    void aHugeExpressionIsRefusedBeforeItIsRead() {
        assertThat(bad("1,".repeat(20_000) + "1 * * * *")).map(Violation::message)
                .containsExactly("must be at most 256 characters");
        assertThat(good("1,".repeat(120) + "1 * * * *").minute().values()).containsExactly(1);
    }

    /** In March 2026 the 2nd, 9th, 16th, 23rd and 30th are Mondays. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            * * 13 * *    | 13
            * * * * MON   | 2 9 16 23 30
            * * 13 * MON  | 2 9 13 16 23 30
            * * 1-31 * MON  | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
            * * */10 * MON  | 1 2 9 11 16 21 23 30 31
            * * 1 4 MON   |
            """)
    void eitherDayFieldSelectsIfBothAreRestricted(String text, String days) {
        Cron cron = good(text);
        assertThat(LocalDate.of(2026, 3, 1).datesUntil(LocalDate.of(2026, 4, 1)).filter(cron::selects)
                .map(day -> "" + day.getDayOfMonth()).collect(Collectors.joining(" ")))
                .isEqualTo(days == null ? "" : days);
    }

    private static Cron good(String text) {
        return ((Cron.Reading.Good) Cron.read(text, "/cron")).cron();
    }

    private static List<Violation> bad(String text) {
        return ((Cron.Reading.Bad) Cron.read(text, "/cron")).violations();
    }

    private static String shown(ValueSet set, CronField field) {
        return set.covers(field)
                ? "all"
                : set.values().mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }
}

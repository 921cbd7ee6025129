package dev.weir.feature.schedule;

import java.time.LocalDateTime;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** An expression made up together with what it selects, without the code under test. */
record RandomCron(String text, Set<Integer> minutes, Set<Integer> hours, Set<Integer> days, Set<Integer> months,
        Set<Integer> weekDays) {
    private static final String[] DAYS = {"sun", "MON", "Tue", "WED", "THU", "FRI", "SAT"};

    static RandomCron draw(Random random) {
        Set<Integer> minutes = new TreeSet<>();
        Set<Integer> hours = new TreeSet<>();
        Set<Integer> days = new TreeSet<>();
        Set<Integer> months = new TreeSet<>();
        Set<Integer> weekDays = new TreeSet<>();
        String text = String.join(" ", field(random, 0, 59, minutes), field(random, 0, 23, hours),
                random.nextInt(3) > 0 ? "*" : field(random, 1, 31, days),
                random.nextInt(4) > 0 ? "*" : field(random, 1, 12, months),
                random.nextInt(3) > 0 ? "*" : named(field(random, 0, 6, weekDays), random));
        return new RandomCron(text, minutes, hours, days, months, weekDays);
    }

    /** An empty set stands for {@code *}. */
    boolean selects(LocalDateTime time) {
        boolean day = days.contains(time.getDayOfMonth());
        boolean weekDay = weekDays.contains(time.getDayOfWeek().getValue() % 7);
        boolean rightDay = days.isEmpty() ? weekDays.isEmpty() || weekDay : weekDays.isEmpty() ? day : day || weekDay;
        return rightDay && in(minutes, time.getMinute()) && in(hours, time.getHour())
                && in(months, time.getMonthValue());
    }

    private static boolean in(Set<Integer> set, int value) {
        return set.isEmpty() || set.contains(value);
    }

    private static String field(Random random, int min, int max, Set<Integer> selected) {
        int form = random.nextInt(5);
        int from = min + random.nextInt(max - min + 1);
        int to = from + random.nextInt(max - from + 1);
        int step = 1 + random.nextInt(max - min);
        return switch (form) {
            case 0 -> "*";
            case 1 -> step(min, max, step, selected, "*/" + step);
            case 2 -> step(from, to, 1, selected, from + "-" + to);
            case 3 -> step(from, to, step, selected, from + "-" + to + "/" + step);
            default -> list(random, min, max, selected);
        };
    }

    private static String list(Random random, int min, int max, Set<Integer> selected) {
        int size = 1 + random.nextInt(5);
        for (int i = 0; i < size; i++) {
            selected.add(min + random.nextInt(max - min + 1));
        }
        return selected.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static String step(int from, int to, int step, Set<Integer> selected, String text) {
        for (int value = from; value <= to; value += step) {
            selected.add(value);
        }
        return text;
    }

    /** Sunday as 7, or all days of a list as names, where that means the same. */
    private static String named(String text, Random random) {
        if (!text.matches("[0-6](,[0-6])*")) {
            return text;
        }
        return switch (random.nextInt(3)) {
            case 0 -> text.replace('0', '7');
            case 1 -> text.chars().mapToObj(c -> c == ',' ? "," : DAYS[c - '0']).collect(Collectors.joining());
            default -> text;
        };
    }
}

package dev.weir.bench.fanout;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked for.
 *
 * @param quick a part of the points, once each
 * @param subscribers only points with these numbers; empty: all
 * @param fanload a program with fanload's command line, whose own raw servers are measured beside ours
 */
record Options(boolean quick, Set<Part> parts, int rounds, List<Integer> subscribers, boolean nchan,
        Optional<String> fanload) {
    private static final String USAGE = """
            --quick               a part of it, in less than three minutes
            --only PART,...       saturated, rate, idle, slow, run, loops
            --rounds N            measurements of each point, in turns (3; with --quick 1)
            --subs N,...          only the points with so many subscribers
            --no-nchan            without nginx, even if it is there
            --fanload PATH        beside the raw servers of this program, which has fanload's command line
            """;

    /** What is measured by itself. */
    enum Part {
        SATURATED, RATE, IDLE, SLOW, RUN, LOOPS
    }

    static Options parse(List<String> arguments) {
        Set<Part> parts = EnumSet.allOf(Part.class);
        List<Integer> subscribers = new ArrayList<>();
        boolean quick = arguments.contains("--quick");
        int rounds = quick ? 1 : 3;
        boolean nchan = true;
        Optional<String> fanload = Optional.empty();
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext();) {
            String option = rest.next();
            switch (option) {
                case "--quick" -> {
                }
                case "--no-nchan" -> nchan = false;
                case "--rounds" -> rounds = Integer.parseInt(value(rest));
                case "--fanload" -> fanload = Optional.of(value(rest));
                case "--subs" -> list(value(rest)).forEach(one -> subscribers.add(Integer.valueOf(one)));
                case "--only" -> {
                    parts = EnumSet.noneOf(Part.class);
                    for (String part : list(value(rest))) {
                        parts.add(Part.valueOf(part.toUpperCase(Locale.ROOT)));
                    }
                }
                default -> throw new IllegalArgumentException("unknown: " + option + "\n" + USAGE);
            }
        }
        return new Options(quick, parts, rounds, List.copyOf(subscribers), nchan && NchanServer.installed(), fanload);
    }

    private static String value(Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(USAGE);
        }
        return rest.next();
    }

    private static List<String> list(String commas) {
        return List.of(commas.split(",", -1));
    }

    boolean wants(int count) {
        return subscribers.isEmpty() || subscribers.contains(count);
    }
}

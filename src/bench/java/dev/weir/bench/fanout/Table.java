package dev.weir.bench.fanout;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A Markdown table, printed when it is complete. */
final class Table {
    private final String title;
    private final List<String> columns;
    private final List<List<String>> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Table(String title, List<String> columns) {
        this.title = title;
        this.columns = List.copyOf(columns);
    }

    void row(List<String> cells) {
        rows.add(List.copyOf(cells));
    }

    /** Said below it; a fault is said, not hidden in a figure. */
    void note(String text) {
        if (!text.isEmpty() && !notes.contains(text)) {
            notes.add(text);
        }
    }

    void print() {
        System.out.println("\n### " + title + "\n");
        System.out.println(line(columns));
        System.out.println("|---".repeat(columns.size()) + "|");
        rows.forEach(row -> System.out.println(line(row)));
        notes.forEach(note -> System.out.println("\n" + note));
        System.out.flush();
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    /** How many times {@code to} this is; a dash where one of them was not measured. */
    static String ratio(double of, double to) {
        return of > 0 && to > 0 ? number(of / to) : "-";
    }

    /** Three significant digits. */
    static String number(double value) {
        if (value == 0) {
            return "-";
        }
        if (value >= 1e6) {
            return String.format(Locale.ROOT, "%.2f M", value / 1e6);
        }
        if (value >= 1e4) {
            return String.format(Locale.ROOT, "%.0f k", value / 1e3);
        }
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}

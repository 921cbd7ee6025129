package dev.weir.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody probably meant. */
public final class Nearest {
    /** Longer words are not worth comparing: the time taken grows with the product of the lengths. */
    private static final int LONGEST = 200;

    private Nearest() {}

    /** The word fewest letters away from {@code typed}, or the only one that ends in it; empty if none is near. */
    public static Optional<String> to(String typed, Collection<String> words) {
        String plain = plain(typed);
        if (plain.isEmpty() || plain.length() > LONGEST) {
            return Optional.empty();
        }
        Optional<String> similar = words.stream()
                .min(Comparator.<String>comparingInt(word -> distance(plain, plain(word))).thenComparing(word -> word))
                .filter(word -> distance(plain, plain(word)) <= Math.max(2, plain.length() / 4));
        return similar.or(() -> words.stream()
                .filter(word -> plain(word).endsWith("." + plain))
                .reduce((one, other) -> ""))
                .filter(word -> !word.isEmpty());
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /** Letters to insert, delete or replace (Levenshtein). */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}

package dev.weir.feature.schedule;

import java.util.stream.IntStream;

/**
 * The values that one field selects.
 *
 * @param bits bit n for value n; Sunday is 0
 * @param any whether the field was exactly {@code *}: for the two day fields that decides which of them counts
 */
record ValueSet(long bits, boolean any) {
    boolean has(int value) {
        return (bits & 1L << value) != 0;
    }

    /** The lowest selected value that is at least {@code from}; -1 if there is none. */
    int next(int from) {
        long left = from > 63 ? 0 : bits & -1L << from;
        return left == 0 ? -1 : Long.numberOfTrailingZeros(left);
    }

    /** Ascending. */
    IntStream values() {
        return IntStream.range(0, 64).filter(this::has);
    }

    /** Whether every value of {@code field} is selected, however it was written. */
    boolean covers(CronField field) {
        return IntStream.rangeClosed(field.min, field.last()).allMatch(this::has);
    }
}

package dev.weir.bridge.acp;

import dev.weir.wire.shell.ShellLimits;
import java.util.Arrays;
import java.util.Optional;

/**
 * Joins the two parts of a line that a connection broke in. The second part either follows the first exactly, or, where the line is larger
 * than what the service keeps, begins again somewhere in the first. What could be read in two ways is not joined.
 */
final class Seam {
    /** Below this a replay that begins within the same line would have begun before it. */
    private static final int LARGE = ShellLimits.REPLAY - 64 * 1024;
    /** Shorter overlaps may be chance. */
    private static final int CERTAIN = 1024;

    private Seam() {}

    static Optional<byte[]> join(byte[] first, byte[] second) {
        if (first.length + second.length < LARGE) {
            return Optional.of(joined(first, second, 0));
        }
        int[] overlaps = overlaps(first, second);
        long certain = Arrays.stream(overlaps).filter(overlap -> overlap >= CERTAIN).count();
        if (certain > 1) {
            return Optional.empty();
        }
        return Optional.of(joined(first, second, certain == 1 ? overlaps[0] : 0));
    }

    private static byte[] joined(byte[] first, byte[] second, int overlap) {
        byte[] both = Arrays.copyOf(first, first.length + second.length - overlap);
        System.arraycopy(second, overlap, both, first.length, second.length - overlap);
        return both;
    }

    /** Up to two lengths, the longest first, at which the end of {@code first} is the beginning of {@code second}. */
    private static int[] overlaps(byte[] first, byte[] second) {
        int longest = Math.min(first.length, second.length);
        int[] border = borders(second, longest);
        int matched = 0;
        for (int i = first.length - longest; i < first.length; i++) {
            while (matched > 0 && (matched == longest || second[matched] != first[i])) {
                matched = border[matched - 1];
            }
            matched += second[matched] == first[i] ? 1 : 0;
        }
        return matched == 0 ? new int[0] : new int[]{matched, border[matched - 1]};
    }

    /** For each beginning of {@code text}, the length of its longest proper beginning that is also its end. */
    private static int[] borders(byte[] text, int length) {
        int[] border = new int[length];
        int matched = 0;
        for (int i = 1; i < length; i++) {
            while (matched > 0 && text[matched] != text[i]) {
                matched = border[matched - 1];
            }
            matched += text[matched] == text[i] ? 1 : 0;
            border[i] = matched;
        }
        return border;
    }
}

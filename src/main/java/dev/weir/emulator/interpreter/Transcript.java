package dev.weir.emulator.interpreter;

/** The output of a program, up to so much; then it says that there was more. */
final class Transcript {
    /** Characters; twice as many of the worst kind still fit into one event of 16 MiB. */
    static final int LIMIT = 1_000_000;
    static final String MARKER = "\n[output truncated after " + LIMIT + " characters]\n";

    private final StringBuilder text = new StringBuilder();
    private boolean full;

    /** What of it was kept, with the marker if that is the end of it. */
    synchronized String add(String more) {
        if (full) {
            return "";
        }
        String kept = more;
        if (text.length() + more.length() > LIMIT) {
            full = true;
            int room = LIMIT - text.length();
            int end = room > 0 && Character.isHighSurrogate(more.charAt(room - 1)) ? room - 1 : room;
            kept = more.substring(0, end) + MARKER;
        }
        text.append(kept);
        return kept;
    }

    synchronized String text() {
        return text.toString();
    }
}

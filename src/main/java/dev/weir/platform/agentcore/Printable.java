package dev.weir.platform.agentcore;

/** Text of a stranger's, made fit for a log line. */
final class Printable {
    private Printable() {}

    /** At most {@code most} characters, control and non-ASCII characters replaced. */
    static String of(String text, int most) {
        return text == null ? "" : text.substring(0, Math.min(most, text.length())).replaceAll("[^\\x20-\\x7e]", "?");
    }
}

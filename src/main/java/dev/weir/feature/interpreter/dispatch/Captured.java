package dev.weir.feature.interpreter.dispatch;

import dev.weir.feature.interpreter.tool.Kept;
import java.util.Optional;

/** What was written to a stream, as much of it as is kept: the first bytes, and the last line. */
final class Captured {
    private static final int MAX_LINE = Course.MAX_OUTPUT;

    private Kept first;
    private final StringBuilder line = new StringBuilder();
    private String lastLine = "";
    private boolean lineTooLong;
    private boolean lastLineTooLong;

    /** @param cap in bytes of UTF-8 */
    Captured(int cap) {
        this.first = new Kept(cap);
    }

    void append(String text) {
        first.add(text);
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            extend(text, start, end);
            endLine();
            start = end + 1;
        }
        extend(text, start, text.length());
    }

    private void extend(String text, int start, int end) {
        if (lineTooLong || line.length() + (end - start) > MAX_LINE) {
            lineTooLong = true;
            line.setLength(0);
        } else {
            line.append(text, start, end);
        }
    }

    private void endLine() {
        if (lineTooLong || !isBlank(line)) {
            lastLine = line.toString();
            lastLineTooLong = lineTooLong;
        }
        line.setLength(0);
        lineTooLong = false;
    }

    private static boolean isBlank(CharSequence text) {
        return text.chars().allMatch(Character::isWhitespace);
    }

    /** The last line that is not blank; empty if there is none, or if it is longer than anybody wants to read. */
    Optional<String> lastLine() {
        boolean isOpen = lineTooLong || !isBlank(line);
        boolean isTooLong = isOpen ? lineTooLong : lastLineTooLong;
        String last = isOpen ? line.toString() : lastLine;
        return isTooLong || last.isBlank() ? Optional.empty() : Optional.of(last.strip());
    }

    /** Keeps this instead: what the service says the whole was. */
    void keep(Kept whole) {
        first = whole;
    }

    /** What of it is kept. */
    DispatchResult.Output output() {
        return new DispatchResult.Output(first.text(), first.bytes());
    }
}

package dev.weir.feature.interpreter.dispatch;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What was written to a stream, as much of it as is kept: the first bytes, and the last line. */
final class Captured {
    private static final int MAX_LINE = 16 * 1024 * 1024;

    private final ByteArrayOutputStream first = new ByteArrayOutputStream();
    private final StringBuilder line = new StringBuilder();
    private final int cap;
    private long bytes;
    private String lastLine = "";
    private boolean lineTooLong;
    private boolean lastLineTooLong;

    /** @param cap in bytes of UTF-8 */
    Captured(int cap) {
        this.cap = cap;
    }

    void append(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        first.write(utf8, 0, Math.min(utf8.length, cap - first.size()));
        bytes += utf8.length;
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

    /** All of it, or its beginning up to the last whole character below the cap and a line that says so. */
    DispatchResult.Output output() {
        byte[] kept = first.toByteArray();
        if (bytes <= cap) {
            return new DispatchResult.Output(new String(kept, StandardCharsets.UTF_8), bytes);
        }
        int end = boundary(kept);
        return new DispatchResult.Output(new String(kept, 0, end, StandardCharsets.UTF_8) + "\n[cut: the first " + end
                + " of " + bytes + " bytes]\n", bytes);
    }

    /** Where the last character that may be a part only begins, if it is one. */
    private static int boundary(byte[] utf8) {
        int lead = utf8.length - 1;
        while (lead > 0 && (utf8[lead] & 0xC0) == 0x80) {
            lead--;
        }
        int first = utf8[lead] & 0xFF;
        int length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        return lead + length <= utf8.length ? utf8.length : lead;
    }
}

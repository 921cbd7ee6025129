package dev.weir.bridge.acp;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds where in the agent's output the bytes of a new connection begin: before what came last, exactly behind it, in the midst of a line,
 * or behind a part that is lost. The {@link Heading} of the first line that certainly is one tells. What comes before that line is not used:
 * it was had before, or is the rest of a line that broke off, which is never put together from parts. One event loop.
 */
final class OutputAlignment {
    private final byte[] exit;
    private Heading due;
    private byte[] kept = {};
    private boolean first = true;
    private boolean skipping;
    private boolean passed;

    /**
     * @param bytes from the beginning of a line
     * @param due the heading that comes next then, which is not that of these bytes if they came before
     */
    record Found(Buffer bytes, Heading due) {}

    /** @param exit what the agent's last line begins with; other lines that lines may be missing before begin with a brace */
    OutputAlignment(Heading due, String exit) {
        this.due = due;
        this.exit = exit.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Lines were had from elsewhere. */
    void due(Heading later) {
        due = later;
    }

    /** Whether something ended that may have been a line which is due. */
    boolean hasPassedLine() {
        return passed;
    }

    Optional<Found> feed(byte[] bytes) {
        byte[] all = Arrays.copyOf(kept, kept.length + bytes.length);
        System.arraycopy(bytes, 0, all, kept.length, bytes.length);
        kept = new byte[0];
        int at = 0;
        while (true) {
            int end = lineEnd(all, at);
            if (!skipping) {
                if (end < 0 && all.length - at < Heading.LONGEST + exit.length) {
                    kept = Arrays.copyOfRange(all, at, all.length);
                    return Optional.empty();
                }
                Heading heading = Heading.at(all, at, end < 0 ? all.length : end);
                if (heading != null && isCertain(heading, all, at)) {
                    return Optional.of(new Found(Buffer.buffer(Arrays.copyOfRange(all, at, all.length)),
                            heading.number() > due.number() ? heading : due));
                }
            }
            first = false;
            skipping = end < 0;
            if (end < 0) {
                return Optional.empty();
            }
            passed = true;
            at = end + 1;
        }
    }

    private boolean isCertain(Heading heading, byte[] all, int at) {
        if (heading.isSamePlace(due)) {
            return true; // no other line has that place
        }
        if (first) {
            return false; // may be the end of a line, and its heading the end of another one
        }
        if (heading.number() < due.number()) {
            return heading.place() < due.place();
        }
        return heading.number() > due.number() && heading.place() > due.place()
                && isAgents(all, at + heading.length());
    }

    /** What a shell says before the pipeline is ready may look like a heading; but not like that. */
    private boolean isAgents(byte[] all, int content) {
        int to = Math.min(all.length, content + exit.length);
        return content < all.length && (all[content] == '{' || Arrays.equals(all, content, to, exit, 0, exit.length));
    }

    private static int lineEnd(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}

package dev.weir.feature.interpreter.tool;

import java.nio.charset.StandardCharsets;

/** The beginning of a text that may be too long (feature S3-46): so many bytes of UTF-8, cut between characters, and how long it really is. */
public final class Kept {
    private static final String MARK = "\n[cut here]";

    private final int maxBytes;
    private final StringBuilder text = new StringBuilder();
    private long kept;
    private long bytes;

    /**
     * Nothing yet.
     *
     * @param maxBytes without the mark
     */
    public Kept(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Appends what still has room. */
    public void add(String more) {
        int length = more.getBytes(StandardCharsets.UTF_8).length;
        if (kept == bytes) {
            String fits = length <= maxBytes - kept ? more : cut(more, (int) (maxBytes - kept));
            text.append(fits);
            kept += fits.getBytes(StandardCharsets.UTF_8).length;
        }
        bytes += length;
    }

    /** With a mark at its end if it was cut. */
    public String text() {
        return isCut() ? text + MARK : text.toString();
    }

    public boolean isCut() {
        return kept < bytes;
    }

    /** Of the whole text. */
    public long bytes() {
        return bytes;
    }

    private static String cut(String text, int room) {
        int left = room;
        int at = 0;
        while (at < text.length()) {
            int next = text.offsetByCodePoints(at, 1);
            left -= text.substring(at, next).getBytes(StandardCharsets.UTF_8).length;
            if (left < 0) {
                break;
            }
            at = next;
        }
        return text.substring(0, at);
    }
}

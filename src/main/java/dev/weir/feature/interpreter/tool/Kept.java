package dev.weir.feature.interpreter.tool;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The beginning of a text that may be too long (feature S3-46): so many bytes of UTF-8, cut between characters, and how long it really is. */
public final class Kept {
    private final ByteArrayOutputStream first = new ByteArrayOutputStream();
    private final int maxBytes;
    private long bytes;

    /**
     * Nothing yet.
     *
     * @param maxBytes without the line that says that it was cut
     */
    public Kept(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Appends what still has room. */
    public void add(String more) {
        byte[] utf8 = more.getBytes(StandardCharsets.UTF_8);
        first.write(utf8, 0, Math.min(utf8.length, maxBytes - first.size()));
        bytes += utf8.length;
    }

    /** Of the whole text. */
    public long bytes() {
        return bytes;
    }

    /** All of it, or its beginning up to the last whole character and a line that says so. */
    public String text() {
        byte[] kept = first.toByteArray();
        if (bytes <= maxBytes) {
            return new String(kept, StandardCharsets.UTF_8);
        }
        int end = boundary(kept);
        return new String(kept, 0, end, StandardCharsets.UTF_8) + "\n[cut: the first " + end + " of " + bytes
                + " bytes]\n";
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

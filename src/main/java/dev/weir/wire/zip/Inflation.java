package dev.weir.wire.zip;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Takes entries out of an archive, counting what really comes, all entries together. Not thread-safe. */
final class Inflation implements AutoCloseable {
    private final ArchiveBytes bytes;
    private final ZipLimits limits;
    private final Inflater inflater = new Inflater(true);
    private final byte[] buffer = new byte[64 * 1024];
    private long total;

    Inflation(ArchiveBytes bytes, ZipLimits limits) {
        this.bytes = bytes;
        this.limits = limits;
    }

    /** Writes the entry's content; throws {@link RefusedZip} unless length and CRC are those of its headers. */
    void copy(Placed placed, OutputStream to) throws IOException {
        Central entry = placed.entry();
        CRC32 crc = new CRC32();
        long size = entry.method() == Central.STORED ? stored(placed, crc, to) : deflated(placed, crc, to);
        if (size != entry.size() || crc.getValue() != entry.crc()) {
            throw RefusedZip.malformed(entry, "the content's length or checksum is not the one that its header says");
        }
    }

    private long stored(Placed placed, CRC32 crc, OutputStream to) throws IOException {
        long length = placed.entry().packed();
        for (long done = 0; done < length;) {
            int part = (int) Math.min(buffer.length, length - done);
            bytes.slice(placed.dataAt() + done, part).get(buffer, 0, part);
            take(part, placed.entry(), crc, to);
            done += part;
        }
        return length;
    }

    private long deflated(Placed placed, CRC32 crc, OutputStream to) throws IOException {
        inflater.reset();
        inflater.setInput(bytes.slice(placed.dataAt(), placed.entry().packed()));
        try {
            while (!inflater.finished()) {
                int part = inflater.inflate(buffer);
                if (part == 0 && !inflater.finished()) {
                    throw RefusedZip.malformed(placed.entry(), "the compressed data ends too early");
                }
                take(part, placed.entry(), crc, to);
            }
        } catch (DataFormatException e) {
            throw RefusedZip.malformed(placed.entry(), "the compressed data is damaged");
        }
        if (inflater.getRemaining() != 0) {
            throw RefusedZip.malformed(placed.entry(), "there are bytes after the compressed data");
        }
        return inflater.getBytesWritten();
    }

    private void take(int part, Central entry, CRC32 crc, OutputStream to) throws IOException {
        total += part;
        if (limits.isExceededBy(total, bytes.length())) {
            throw new RefusedZip(ZipRule.TOO_LARGE, EntryNames.printable(entry.name()),
                    "the archive inflates to more than is allowed");
        }
        crc.update(buffer, 0, part);
        to.write(buffer, 0, part);
    }

    @Override
    public void close() {
        inflater.end();
    }
}

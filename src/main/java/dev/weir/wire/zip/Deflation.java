package dev.weir.wire.zip;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Packs one file after the other through buffers of one size, always filled, so that the packed bytes depend on nothing but the file's.
 * Not thread-safe.
 */
final class Deflation implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;

    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final byte[] in = new byte[CHUNK];
    private final byte[] out = new byte[CHUNK];

    /**
     * What an entry's header says of its file.
     *
     * @param size bytes of the file
     * @param packed bytes of the file deflated
     */
    record Measure(long crc, long size, long packed) {
        boolean isShorter() {
            return packed < size;
        }

        /** Bytes in the archive. */
        long length() {
            return Math.min(packed, size);
        }
    }

    /** Writes {@code from}'s bytes deflated. */
    Measure pack(InputStream from, OutputStream to) throws IOException {
        CRC32 crc = new CRC32();
        deflater.reset();
        for (int n = fill(from, crc); n > 0; n = fill(from, crc)) {
            deflater.setInput(in, 0, n);
            while (!deflater.needsInput()) {
                to.write(out, 0, deflater.deflate(out));
            }
        }
        deflater.finish();
        while (!deflater.finished()) {
            to.write(out, 0, deflater.deflate(out));
        }
        return new Measure(crc.getValue(), deflater.getBytesRead(), deflater.getBytesWritten());
    }

    /** Writes {@code from}'s bytes as they are; {@code packed} is known from deflating the same. */
    Measure copy(InputStream from, OutputStream to, long packed) throws IOException {
        CRC32 crc = new CRC32();
        long size = 0;
        for (int n = fill(from, crc); n > 0; n = fill(from, crc)) {
            to.write(in, 0, n);
            size += n;
        }
        return new Measure(crc.getValue(), size, packed);
    }

    private int fill(InputStream from, CRC32 crc) throws IOException {
        int n = from.readNBytes(in, 0, CHUNK);
        crc.update(in, 0, n);
        return n;
    }

    @Override
    public void close() {
        deflater.end();
    }
}

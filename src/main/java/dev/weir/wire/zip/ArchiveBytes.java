package dev.weir.wire.zip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Little-endian reads at absolute places of an archive, none outside it. Thread-safe. */
final class ArchiveBytes {
    private final ByteBuffer archive;

    ArchiveBytes(ByteBuffer archive) {
        this.archive = archive.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    int length() {
        return archive.limit();
    }

    int u16(long at) {
        return archive.getShort(place(at, 2)) & 0xffff;
    }

    long u32(long at) {
        return archive.getInt(place(at, 4)) & 0xffff_ffffL;
    }

    ByteBuffer slice(long at, long length) {
        return archive.slice(place(at, length), (int) length);
    }

    byte[] copy(long at, int length) {
        byte[] copy = new byte[length];
        archive.get(place(at, length), copy);
        return copy;
    }

    private int place(long at, long length) {
        if (at < 0 || length < 0 || at > archive.limit() - length) {
            throw RefusedZip.malformed("a header or a file reaches past the end of the archive");
        }
        return (int) at;
    }
}

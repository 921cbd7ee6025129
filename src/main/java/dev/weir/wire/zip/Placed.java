package dev.weir.wire.zip;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An entry whose local header says what the directory says.
 *
 * @param dataAt where its packed bytes start
 */
record Placed(Central entry, long dataAt) {
    private static final long SIGNATURE = 0x0403_4b50L;
    private static final long DESCRIPTOR_SIGNATURE = 0x0807_4b50L;
    private static final int HEADER_LENGTH = 30;

    /**
     * Finds every entry. Together they must cover the bytes before the directory without a hole or an overlap, so there is nothing that
     * another reader could find and this one not.
     */
    static List<Placed> all(ArchiveBytes bytes, List<Central> entries) {
        List<Central> inOrder = entries.stream().sorted(Comparator.comparingLong(Central::header)).toList();
        List<Placed> placed = new ArrayList<>(entries.size());
        long expected = 0;
        for (int i = 0; i < inOrder.size(); i++) {
            Central entry = inOrder.get(i);
            if (entry.header() != expected) {
                throw RefusedZip.malformed(entry, "the archive has bytes that belong to no entry or to two");
            }
            Placed found = of(bytes, entry);
            expected = i + 1 < inOrder.size() ? inOrder.get(i + 1).header() : CentralDirectory.start(bytes);
            found.checkEnd(bytes, expected);
            placed.add(found);
        }
        if (expected != CentralDirectory.start(bytes)) {
            throw RefusedZip.malformed("the archive has bytes that belong to no entry");
        }
        return placed;
    }

    private static Placed of(ArchiveBytes bytes, Central entry) {
        long at = entry.header();
        boolean same = bytes.u32(at) == SIGNATURE && bytes.u16(at + 6) == entry.flags()
                && bytes.u16(at + 8) == entry.method() && bytes.u16(at + 26) == entry.nameLength()
                && bytes.slice(at + HEADER_LENGTH, entry.nameLength())
                        .equals(bytes.slice(entry.nameAt(), entry.nameLength()));
        if (!same || !saysTheSame(bytes, entry)) {
            throw RefusedZip.malformed(entry, "the entry's own header and the directory differ");
        }
        if (entry.hasDescriptor() && entry.method() == Central.STORED && entry.packed() != 0) {
            throw RefusedZip.malformed(entry, "a stored entry must say its length before its data");
        }
        CentralDirectory.checkExtras(bytes, entry, at + HEADER_LENGTH + entry.nameLength(), bytes.u16(at + 28));
        return new Placed(entry, at + HEADER_LENGTH + entry.nameLength() + bytes.u16(at + 28));
    }

    /** With a descriptor the local header may leave CRC and sizes zero, each on its own; the descriptor repeats them. */
    private static boolean saysTheSame(ArchiveBytes bytes, Central entry) {
        long at = entry.header();
        return agrees(bytes.u32(at + 14), entry.crc(), entry) && agrees(bytes.u32(at + 18), entry.packed(), entry)
                && agrees(bytes.u32(at + 22), entry.size(), entry);
    }

    private static boolean agrees(long local, long central, Central entry) {
        return local == central || (entry.hasDescriptor() && local == 0);
    }

    private void checkEnd(ArchiveBytes bytes, long next) {
        long at = dataAt + entry.packed();
        long left = next - at;
        if (entry.hasDescriptor()) {
            boolean signed = left == 16 && bytes.u32(at) == DESCRIPTOR_SIGNATURE;
            long values = signed ? at + 4 : at;
            if ((!signed && left != 12) || bytes.u32(values) != entry.crc()
                    || bytes.u32(values + 4) != entry.packed() || bytes.u32(values + 8) != entry.size()) {
                throw RefusedZip.malformed(entry, "what follows the entry's data and the directory differ");
            }
        } else if (left != 0) {
            throw RefusedZip.malformed(entry, "the archive has bytes that belong to no entry or to two");
        }
    }
}

package dev.weir.wire.zip;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The end record and the directory before it (PKWARE APPNOTE 6.3.10, 4.3.12 and 4.3.16), without anything optional. */
final class CentralDirectory {
    private static final long END_SIGNATURE = 0x0605_4b50L;
    private static final long SIGNATURE = 0x0201_4b50L;
    private static final int END_LENGTH = 22;
    private static final int HEADER_LENGTH = 46;
    private static final int ENCRYPTION_BITS = 1 | 1 << 6 | 1 << 13;
    private static final int UTF8 = 1 << 11;
    /** Two bits of deflate level, "sizes follow the data", UTF-8. */
    private static final int KNOWN_BITS = 0b110 | Central.DESCRIPTOR_FOLLOWS | UTF8;
    private static final int EXTRA_ZIP64 = 0x0001;
    private static final int EXTRA_UNICODE_PATH = 0x7075;
    private static final int EXTRA_AES = 0x9901;

    private final ArchiveBytes bytes;
    private final ZipLimits limits;
    private final long end;

    private CentralDirectory(ArchiveBytes bytes, ZipLimits limits) {
        this.bytes = bytes;
        this.limits = limits;
        this.end = bytes.length() - (long) END_LENGTH;
    }

    /** The entries in the directory's order. */
    static List<Central> read(ArchiveBytes bytes, ZipLimits limits) {
        return new CentralDirectory(bytes, limits).entries();
    }

    /** Where the directory starts, that is: where the last entry's bytes must end. */
    static long start(ArchiveBytes bytes) {
        return bytes.u32(bytes.length() - (long) END_LENGTH + 16);
    }

    private List<Central> entries() {
        if (end < 0 || bytes.u32(end) != END_SIGNATURE || bytes.u16(end + 20) != 0) {
            throw RefusedZip.malformed("the archive does not end with a zip end record without a comment");
        }
        int count = bytes.u16(end + 10);
        long length = bytes.u32(end + 12);
        if (bytes.u16(end + 4) != 0 || bytes.u16(end + 6) != 0 || bytes.u16(end + 8) != count) {
            throw RefusedZip.malformed("archives in several parts are not supported");
        }
        if (count == 0xffff || length == 0xffff_ffffL || start(bytes) == 0xffff_ffffL) {
            throw RefusedZip.malformed("zip64 is not supported");
        }
        if (count > limits.maxEntries()) {
            throw new RefusedZip(ZipRule.TOO_MANY_ENTRIES, "",
                    "the archive has more than " + limits.maxEntries() + " entries");
        }
        if (start(bytes) + length != end) {
            throw RefusedZip.malformed("the directory does not end where the end record starts");
        }
        return headers(count);
    }

    private List<Central> headers(int count) {
        List<Central> entries = new ArrayList<>(count);
        long at = start(bytes);
        for (int i = 0; i < count; i++) {
            if (bytes.u32(at) != SIGNATURE) {
                throw RefusedZip.malformed("the directory has fewer entries than the end record says");
            }
            Central entry = header(at);
            entries.add(entry);
            at += HEADER_LENGTH + entry.nameLength() + bytes.u16(at + 30) + bytes.u16(at + 32);
        }
        if (at != end) {
            throw RefusedZip.malformed("the directory's length is not the one that the end record says");
        }
        return entries;
    }

    private Central header(long at) {
        int flags = bytes.u16(at + 8);
        long nameAt = at + HEADER_LENGTH;
        int nameLength = bytes.u16(at + 28);
        Central entry = new Central(name(bytes.copy(nameAt, nameLength), flags), flags, bytes.u16(at + 10),
                bytes.u32(at + 16), bytes.u32(at + 20), bytes.u32(at + 24), bytes.u32(at + 42), nameAt, nameLength,
                bytes.u32(at + 38));
        if ((flags & ENCRYPTION_BITS) != 0) {
            throw new RefusedZip(ZipRule.ENCRYPTED, EntryNames.printable(entry.name()), "the entry is encrypted");
        }
        if ((flags & ~KNOWN_BITS) != 0) {
            throw RefusedZip.malformed(entry, "the entry has flags that are not supported");
        }
        if (entry.method() != Central.STORED && entry.method() != Central.DEFLATED) {
            throw RefusedZip.malformed(entry, "only stored and deflated entries are supported");
        }
        if (bytes.u16(at + 34) != 0) {
            throw RefusedZip.malformed(entry, "archives in several parts are not supported");
        }
        if (entry.size() == 0xffff_ffffL || entry.packed() == 0xffff_ffffL || entry.header() == 0xffff_ffffL) {
            throw RefusedZip.malformed(entry, "zip64 is not supported");
        }
        checkExtras(bytes, entry, nameAt + nameLength, bytes.u16(at + 30));
        return entry;
    }

    /** Extra fields that change what an entry is called, how long it is or how it is read are refused; others mean nothing here. */
    static void checkExtras(ArchiveBytes bytes, Central entry, long start, int length) {
        long at = start;
        long stop = start + length;
        while (at < stop) {
            if (stop - at < 4 || stop - at - 4 < bytes.u16(at + 2)) {
                throw RefusedZip.malformed(entry, "the entry's extra fields do not add up");
            }
            switch (bytes.u16(at)) {
                case EXTRA_ZIP64 -> throw RefusedZip.malformed(entry, "zip64 is not supported");
                case EXTRA_UNICODE_PATH -> throw RefusedZip.malformed(entry, "the entry has a second name");
                case EXTRA_AES -> throw new RefusedZip(ZipRule.ENCRYPTED, EntryNames.printable(entry.name()),
                        "the entry is encrypted");
                default -> {
                    // Times, owners and the like.
                }
            }
            at += 4L + bytes.u16(at + 2);
        }
    }

    /** Names beyond ASCII have one meaning only where the archive says that they are UTF-8 (APPNOTE, appendix D). */
    private static String name(byte[] raw, int flags) {
        try {
            return ((flags & UTF8) != 0 ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII).newDecoder()
                    .decode(ByteBuffer.wrap(raw)).toString();
        } catch (CharacterCodingException e) {
            throw new RefusedZip(ZipRule.ILLEGAL_NAME, "",
                    "an entry's name is neither ASCII nor valid UTF-8 that is marked as such");
        }
    }
}

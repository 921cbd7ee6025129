package dev.weir.wire.zip;

/**
 * What the central directory says of one entry.
 *
 * @param packed bytes in the archive
 * @param size bytes when inflated
 * @param header where its local header starts
 * @param nameAt where its name stands in the directory
 * @param attributes external ones: the unix mode in the upper half, DOS bits in the lower
 */
record Central(
        String name,
        int flags,
        int method,
        long crc,
        long packed,
        long size,
        long header,
        long nameAt,
        int nameLength,
        long attributes) {
    static final int STORED = 0;
    static final int DEFLATED = 8;
    static final int DESCRIPTOR_FOLLOWS = 1 << 3;

    boolean isFolder() {
        return name.endsWith("/");
    }

    boolean hasDescriptor() {
        return (flags & DESCRIPTOR_FOLLOWS) != 0;
    }
}

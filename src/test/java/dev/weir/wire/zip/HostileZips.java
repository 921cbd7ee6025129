package dev.weir.wire.zip;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Archives built byte by byte, right unless told to lie. */
final class HostileZips {
    private final List<Entry> entries = new ArrayList<>();
    int countOffset;
    int directoryOffset;
    int directoryLength;
    int disk;
    byte[] before = {};
    byte[] beforeDirectory = {};
    byte[] afterDirectory = {};
    byte[] comment = {};
    byte[] trailing = {};

    /** One entry with everything that its two headers say. */
    static final class Entry {
        byte[] name;
        byte[] localName;
        byte[] data;
        byte[] extra = {};
        byte[] localExtra = {};
        byte[] after = {};
        int flags = 1 << 11;
        int localFlags = 1 << 11;
        int method = 8;
        int localMethod = 8;
        long crc;
        long localCrc;
        long packed;
        long localPacked;
        long size;
        long localSize;
        long attributes = 0100644L << 16;
        long headerShift;
        private long header;

        private Entry(String name, byte[] content) {
            this.name = name.getBytes(StandardCharsets.UTF_8);
            this.localName = this.name;
            CRC32 sum = new CRC32();
            sum.update(content);
            crc = sum.getValue();
            localCrc = crc;
            data = deflate(content);
            packed = data.length;
            localPacked = packed;
            size = content.length;
            localSize = size;
        }

        void stored(byte[] content) {
            data = content;
            method = 0;
            localMethod = 0;
            packed = content.length;
            localPacked = packed;
        }

        /** Sizes after the data, as writers do that cannot seek. */
        void streamed(boolean signed) {
            flags |= 8;
            localFlags |= 8;
            localCrc = 0;
            localPacked = 0;
            localSize = 0;
            ByteBuffer descriptor = little(signed ? 16 : 12);
            if (signed) {
                descriptor.putInt(0x08074b50);
            }
            after = new byte[descriptor.capacity()];
            descriptor.putInt((int) crc).putInt((int) packed).putInt((int) size).flip().get(after);
        }
    }

    static HostileZips zip() {
        return new HostileZips();
    }

    static byte[] of(String... names) {
        HostileZips zip = zip();
        for (String name : names) {
            zip.file(name, name.endsWith("/") ? "" : "content of " + name.length());
        }
        return zip.bytes();
    }

    static byte[] with(Consumer<Entry> lie) {
        return zip().entry("main.py", "def handler(input): return input\n".getBytes(StandardCharsets.UTF_8), lie)
                .bytes();
    }

    HostileZips file(String name, String content) {
        return entry(name, content.getBytes(StandardCharsets.UTF_8), _ -> {});
    }

    HostileZips entry(String name, byte[] content, Consumer<Entry> lie) {
        Entry entry = new Entry(name, content);
        if (name.endsWith("/")) {
            entry.attributes = 040755L << 16 | 0x10;
            entry.stored(content);
        }
        lie.accept(entry);
        entries.add(entry);
        return this;
    }

    HostileZips lie(Consumer<HostileZips> lie) {
        lie.accept(this);
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(before);
        for (Entry entry : entries) {
            entry.header = out.size();
            out.writeBytes(little(30).putInt(0x04034b50).putShort((short) 20).putShort((short) entry.localFlags)
                    .putShort((short) entry.localMethod).putInt(0x210000).putInt((int) entry.localCrc)
                    .putInt((int) entry.localPacked).putInt((int) entry.localSize)
                    .putShort((short) entry.localName.length).putShort((short) entry.localExtra.length).array());
            out.writeBytes(entry.localName);
            out.writeBytes(entry.localExtra);
            out.writeBytes(entry.data);
            out.writeBytes(entry.after);
        }
        out.writeBytes(beforeDirectory);
        int start = out.size();
        entries.forEach(entry -> central(entry, out));
        int length = out.size() - start;
        out.writeBytes(afterDirectory);
        int count = entries.size() + countOffset;
        out.writeBytes(little(22).putInt(0x06054b50).putShort((short) disk).putShort((short) disk)
                .putShort((short) count).putShort((short) count).putInt(length + directoryLength)
                .putInt(start + directoryOffset).putShort((short) comment.length).array());
        out.writeBytes(comment);
        out.writeBytes(trailing);
        return out.toByteArray();
    }

    private static void central(Entry entry, ByteArrayOutputStream out) {
        out.writeBytes(little(46).putInt(0x02014b50).putShort((short) (3 << 8 | 20)).putShort((short) 20)
                .putShort((short) entry.flags).putShort((short) entry.method).putInt(0x210000)
                .putInt((int) entry.crc).putInt((int) entry.packed).putInt((int) entry.size)
                .putShort((short) entry.name.length).putShort((short) entry.extra.length).putShort((short) 0)
                .putShort((short) 0).putShort((short) 0).putInt((int) entry.attributes)
                .putInt((int) (entry.header + entry.headerShift)).array());
        out.writeBytes(entry.name);
        out.writeBytes(entry.extra);
    }

    static byte[] extra(int id, int length) {
        return little(4 + length).putShort((short) id).putShort((short) length).array();
    }

    static byte[] deflate(byte[] content) {
        Deflater deflater = new Deflater(9, true);
        try {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            while (!deflater.finished()) {
                packed.write(buffer, 0, deflater.deflate(buffer));
            }
            return packed.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static ByteBuffer little(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}

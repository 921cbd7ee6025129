package dev.weir.wire.zip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * A fresh archive of what passed: files only, sorted by name, one fixed time, mode 0644, deflated where that is shorter, no extra
 * fields, comments or descriptors. The same files give the same bytes (with the same zlib), whatever archive they came from, so that
 * nothing of an upload but its files' names and bytes is handed on. Empty folders are not kept.
 */
public final class Repack {
    private static final int UTF8 = 1 << 11;
    private static final int VERSION = 20;
    private static final int MADE_BY_UNIX = 3 << 8 | VERSION;
    private static final int MODE = 0100644;
    /** The first day that DOS time knows, 1 January 1980. */
    private static final int DATE = 1 << 5 | 1;

    private final OutputStream to;
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final byte[] buffer = new byte[64 * 1024];
    private long written;
    private int count;

    private Repack(OutputStream to) {
        this.to = to;
    }

    /** A file's bytes, asked for once, when their turn has come. */
    @FunctionalInterface
    public interface Content {
        byte[] read() throws IOException;
    }

    /**
     * Writes the files of {@code zip}, {@code added} in place of those of the same name, to {@code to}, which stays open. Holds one
     * file's bytes at a time. Fails with {@link IllegalArgumentException} if the names are illegal by {@code limits}, too many, or clash.
     */
    public static void write(StrictZip zip, Map<String, Content> added, ZipLimits limits, OutputStream to)
            throws IOException {
        TreeSet<String> names = new TreeSet<>(added.keySet());
        zip.entries().stream().filter(entry -> !entry.isFolder()).forEach(entry -> names.add(entry.name()));
        requireLegal(names, limits);
        Repack repack = new Repack(to);
        try {
            for (String name : names) {
                Content content = added.get(name);
                repack.file(name, content != null ? content.read() : zip.content(name).orElseThrow());
            }
            repack.end();
        } finally {
            repack.deflater.end();
        }
    }

    private static void requireLegal(Set<String> names, ZipLimits limits) {
        List<ZipFault> clashes = EntryNames.clashes(List.copyOf(names));
        Optional<ZipFault> illegal = names.stream()
                .flatMap(name -> EntryNames.check(name, limits).stream()).findFirst()
                .or(() -> clashes.stream().findFirst());
        if (illegal.isPresent() || names.size() > Math.min(limits.maxEntries(), 0xfffe)
                || names.stream().anyMatch(name -> name.endsWith("/"))) {
            throw new IllegalArgumentException("not a set of files: "
                    + illegal.map(fault -> fault.rule().id() + " " + fault.entry()).orElse("too many, or folders"));
        }
    }

    private void file(String name, byte[] content) throws IOException {
        byte[] packed = deflate(content);
        boolean deflated = packed.length < content.length;
        byte[] data = deflated ? packed : content;
        byte[] rawName = name.getBytes(StandardCharsets.UTF_8);
        CRC32 crc = new CRC32();
        crc.update(content);
        byte[] common = little(26).putShort((short) VERSION).putShort((short) UTF8)
                .putShort((short) (deflated ? Central.DEFLATED : Central.STORED)).putShort((short) 0)
                .putShort((short) DATE).putInt((int) crc.getValue()).putInt(data.length).putInt(content.length)
                .putShort((short) rawName.length).putShort((short) 0).array();
        directory.write(little(6).putInt(0x0201_4b50).putShort((short) MADE_BY_UNIX).array());
        directory.write(common);
        directory.write(little(14).putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(MODE << 16)
                .putInt((int) written).array());
        directory.write(rawName);
        write(little(4).putInt(0x0403_4b50).array());
        write(common);
        write(rawName);
        write(data);
        count++;
    }

    private void end() throws IOException {
        long start = written;
        write(directory.toByteArray());
        if (written > Integer.MAX_VALUE) {
            throw new IOException("the archive grew beyond 2 GiB");
        }
        write(little(22).putInt(0x0605_4b50).putInt(0).putShort((short) count).putShort((short) count)
                .putInt((int) (written - start)).putInt((int) start).putShort((short) 0).array());
    }

    private byte[] deflate(byte[] content) {
        deflater.reset();
        deflater.setInput(content);
        deflater.finish();
        ByteArrayOutputStream packed = new ByteArrayOutputStream(content.length / 2 + 64);
        while (!deflater.finished()) {
            packed.write(buffer, 0, deflater.deflate(buffer));
        }
        return packed.toByteArray();
    }

    private void write(byte[] part) throws IOException {
        to.write(part);
        written += part.length;
    }

    private static ByteBuffer little(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}

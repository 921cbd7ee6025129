package dev.weir.wire.zip;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A fresh archive of what passed: files only, sorted by name, one fixed time, mode 0644 or 0755, deflated where that is shorter, no extra
 * fields, comments or descriptors. The same files give the same bytes (with the same zlib), whatever they came from, so that nothing of an
 * upload but its files' names and bytes is handed on. Empty folders are not kept. Holds at most some megabytes, however large the files.
 */
public final class Repack {
    /** Bytes up to which a file is packed in memory; a larger one is read twice, since its header says what only its end tells. */
    static final int IN_MEMORY = 4 << 20;

    private static final int UTF8 = 1 << 11;
    private static final int VERSION = 20;
    private static final int MADE_BY_UNIX = 3 << 8 | VERSION;
    private static final int MODE = 0100644;
    private static final int PROGRAM_MODE = 0100755;
    /** The first day that DOS time knows, 1 January 1980. */
    private static final int DATE = 1 << 5 | 1;

    private final OutputStream to;
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private final Deflation deflation;
    private long written;
    private int count;

    private Repack(OutputStream to, Deflation deflation) {
        this.to = to;
        this.deflation = deflation;
    }

    /** A file to pack. */
    @FunctionalInterface
    public interface Content {
        /** From the first byte; asked for up to three times, one stream after the other, the same bytes each time. */
        InputStream open() throws IOException;

        /** Whether it is a program. */
        default boolean isExecutable() {
            return false;
        }

        /** No program; the bytes must not change. */
        static Content of(byte[] bytes) {
            return () -> new ByteArrayInputStream(bytes);
        }
    }

    /**
     * Writes {@code files} by name to {@code to}, which stays open. Fails with {@link IllegalArgumentException} if the names are illegal by
     * {@code limits}, too many, or clash; with {@link IOException} if a file changes meanwhile or the archive outgrows 2 GiB.
     */
    public static void write(Map<String, Content> files, ZipLimits limits, OutputStream to) throws IOException {
        requireLegal(files.keySet(), limits);
        try (Deflation deflation = new Deflation()) {
            Repack repack = new Repack(to, deflation);
            for (Map.Entry<String, Content> file : new TreeMap<>(files).entrySet()) {
                repack.file(file.getKey(), file.getValue());
            }
            repack.end();
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

    private void file(String name, Content content) throws IOException {
        byte[] start;
        try (InputStream in = content.open()) {
            start = in.readNBytes(IN_MEMORY + 1);
        }
        if (start.length <= IN_MEMORY) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream(start.length / 2 + 64);
            Deflation.Measure measure = deflation.pack(new ByteArrayInputStream(start), packed);
            header(name, content.isExecutable(), measure);
            write(measure.isShorter() ? packed.toByteArray() : start);
        } else {
            large(name, content);
        }
    }

    private void large(String name, Content content) throws IOException {
        Deflation.Measure promised;
        try (InputStream in = content.open()) {
            promised = deflation.pack(in, OutputStream.nullOutputStream());
        }
        header(name, content.isExecutable(), promised);
        Deflation.Measure came;
        try (InputStream in = content.open()) {
            came = promised.isShorter() ? deflation.pack(in, to) : deflation.copy(in, to, promised.packed());
        }
        if (!came.equals(promised)) {
            throw new IOException("a file changed while it was packed");
        }
        count(promised.length());
    }

    private void header(String name, boolean program, Deflation.Measure measure) throws IOException {
        byte[] rawName = name.getBytes(StandardCharsets.UTF_8);
        byte[] common = little(26).putShort((short) VERSION).putShort((short) UTF8)
                .putShort((short) (measure.isShorter() ? Central.DEFLATED : Central.STORED)).putShort((short) 0)
                .putShort((short) DATE).putInt((int) measure.crc()).putInt((int) measure.length())
                .putInt((int) measure.size()).putShort((short) rawName.length).putShort((short) 0).array();
        directory.write(little(6).putInt(0x0201_4b50).putShort((short) MADE_BY_UNIX).array());
        directory.write(common);
        directory.write(little(14).putShort((short) 0).putShort((short) 0).putShort((short) 0)
                .putInt((program ? PROGRAM_MODE : MODE) << 16).putInt((int) written).array());
        directory.write(rawName);
        write(little(4).putInt(0x0403_4b50).array());
        write(common);
        write(rawName);
        count++;
    }

    private void end() throws IOException {
        long start = written;
        write(directory.toByteArray());
        write(little(22).putInt(0x0605_4b50).putInt(0).putShort((short) count).putShort((short) count)
                .putInt((int) (written - start)).putInt((int) start).putShort((short) 0).array());
    }

    private void write(byte[] part) throws IOException {
        to.write(part);
        count(part.length);
    }

    private void count(long bytes) throws IOException {
        written += bytes;
        if (written > Integer.MAX_VALUE) {
            throw new IOException("the archive grew beyond 2 GiB");
        }
    }

    private static ByteBuffer little(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}

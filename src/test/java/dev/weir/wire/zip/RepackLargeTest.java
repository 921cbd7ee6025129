package dev.weir.wire.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.wire.zip.StrictZip.Reading;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepackLargeTest {
    private static final long LARGE = 64L << 20;

    @TempDir
    private Path directory;

    /** Bytes made as they are read, of which a test holds none: mostly lines that repeat, or all noise. */
    private record Made(long size, boolean noise) implements Repack.Content {
        @Override
        public InputStream open() {
            Random random = new Random(5);
            return new InputStream() {
                private long left = size;

                @Override
                public int read() {
                    throw new UnsupportedOperationException("one by one takes for ever");
                }

                // Short reads, as disks may give.
                @Override
                public int read(byte[] into, int offset, int length) {
                    int n = (int) Math.min(Math.min(length, 10_007), left);
                    if (n == 0) {
                        return length == 0 ? 0 : -1;
                    }
                    int at = (int) (size - left);
                    for (int i = 0; i < n; i++) {
                        into[offset + i] = (byte) (noise || ((at + i) & 0x3c0) == 0
                                ? random.nextInt()
                                : (at + i) & 31);
                    }
                    left -= n;
                    return n;
                }
            };
        }
    }

    @Test
    void largeFilesGoThroughWithoutBeingHeld() throws IOException {
        Map<String, Repack.Content> files = Map.of("data", new Made(LARGE, false), "noise",
                new Made(LARGE / 8, true));
        Path archive = directory.resolve("large.zip");
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try (OutputStream out = Files.newOutputStream(archive)) {
            Repack.write(files, ZipLimits.PACKAGE, out);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).as("bytes ever taken from the heap")
                .isLessThan(LARGE / 2);
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            ZipEntry data = zip.getEntry("data");
            assertThat(data.getMethod()).isEqualTo(ZipEntry.DEFLATED);
            assertThat(data.getCompressedSize()).isLessThan(LARGE / 4);
            assertThat(zip.getEntry("noise").getMethod()).isEqualTo(ZipEntry.STORED);
            for (Map.Entry<String, Repack.Content> file : files.entrySet()) {
                try (InputStream in = zip.getInputStream(zip.getEntry(file.getKey()));
                        InputStream made = file.getValue().open()) {
                    assertThat(checksum(in)).as(file.getKey()).isEqualTo(checksum(made));
                }
            }
        }
    }

    /** The two ways of packing meet at one byte; on both sides the bytes are those of deflating in one go, or the file's own. */
    @Test
    void theWayOfPackingDoesNotShow() throws IOException {
        for (boolean noise : new boolean[]{true, false}) {
            for (int size : new int[]{Repack.IN_MEMORY, Repack.IN_MEMORY + 1}) {
                byte[] content = new Made(size, noise).open().readAllBytes();
                byte[] archive = pack(new Made(size, noise));
                assertThat(archive).isEqualTo(pack(Repack.Content.of(content)))
                        .isEqualTo(archiveInOneGo("f", content));
                StrictZip zip = ((Reading.Sound) StrictZip.read(ByteBuffer.wrap(archive), ZipLimits.PACKAGE)).zip();
                assertThat(zip.content("f").orElseThrow()).isEqualTo(content);
            }
        }
    }

    @Test
    void aFileThatChangesMeanwhileFails() {
        for (int last : new int[]{Repack.IN_MEMORY + 1, Repack.IN_MEMORY + 3}) {
            AtomicInteger opened = new AtomicInteger();
            Repack.Content moving = () -> new ByteArrayInputStream(
                    new byte[opened.incrementAndGet() < 3 ? Repack.IN_MEMORY + 2 : last]);
            assertThatThrownBy(() -> pack(moving)).isInstanceOf(IOException.class).hasMessageContaining("changed");
        }
    }

    private static byte[] pack(Repack.Content content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Repack.write(Map.of("f", content), ZipLimits.PACKAGE, out);
        return out.toByteArray();
    }

    private static byte[] archiveInOneGo(String name, byte[] content) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(content);
        deflater.finish();
        byte[] packed = new byte[content.length + 10_000];
        int length = deflater.deflate(packed);
        assertThat(deflater.finished()).isTrue();
        deflater.end();
        return HostileZips.zip().entry(name, content, entry -> {
            if (length >= content.length) {
                entry.stored(content);
            } else {
                entry.data = Arrays.copyOf(packed, length);
                entry.packed = length;
                entry.localPacked = length;
            }
        }).bytes();
    }

    private static long checksum(InputStream in) throws IOException {
        CheckedOutputStream sum = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer, 0, buffer.length); n > 0; n = in.read(buffer, 0, buffer.length)) {
            sum.write(buffer, 0, n);
        }
        return sum.getChecksum().getValue();
    }
}

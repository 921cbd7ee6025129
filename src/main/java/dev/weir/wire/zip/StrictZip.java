package dev.weir.wire.zip;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An archive that every reader would read alike: one end record at the very end, a directory that is exact, entries that cover the file
 * without hole or overlap, local headers that say what the directory says, files and folders only, legal and distinct names, checksums
 * and sizes verified. Whatever is doubtful is refused rather than interpreted, because two readers that interpret differently are how
 * hostile code passes a check (the Python index's rules of August 2025, Fifield's overlapping bombs).
 *
 * <p>Reading inflates everything once and keeps none of it: it takes CPU time in proportion to {@link ZipLimits#maxInflated()}, so not
 * on an event loop. The buffer must not change afterwards. Thread-safe.
 */
public final class StrictZip {
    private final ArchiveBytes bytes;
    private final ZipLimits limits;
    private final Map<String, Placed> placed;

    private StrictZip(ArchiveBytes bytes, ZipLimits limits, List<Placed> entries) {
        this.bytes = bytes;
        this.limits = limits;
        this.placed = new LinkedHashMap<>();
        entries.forEach(entry -> placed.put(entry.entry().name(), entry));
    }

    /** What came of reading. */
    public sealed interface Reading {
        /** Every rule holds. */
        record Sound(StrictZip zip) implements Reading {}

        /**
         * At least one rule does not.
         *
         * @param faults never empty; all of them where the archive's structure allowed to go on
         */
        record Refused(List<ZipFault> faults) implements Reading {
            public Refused {
                faults = List.copyOf(faults);
            }
        }
    }

    /** Judges the bytes between {@code archive}'s position and limit, which stay as they are. Throws nothing, whatever the bytes. */
    public static Reading read(ByteBuffer archive, ZipLimits limits) {
        try {
            ArchiveBytes bytes = new ArchiveBytes(archive);
            List<Central> entries = CentralDirectory.read(bytes, limits);
            List<ZipFault> faults = Stream.concat(
                    entries.stream().flatMap(entry -> EntryNames.check(entry.name(), limits)
                            .or(() -> EntryKinds.check(entry)).stream()),
                    EntryNames.clashes(entries.stream().map(Central::name).toList()).stream()).toList();
            if (!faults.isEmpty()) {
                return new Reading.Refused(faults);
            }
            checkPromised(entries, bytes, limits);
            StrictZip zip = new StrictZip(bytes, limits, Placed.all(bytes, entries));
            zip.copyAll();
            return new Reading.Sound(zip);
        } catch (RefusedZip e) {
            return new Reading.Refused(List.of(e.fault()));
        }
    }

    private static void checkPromised(List<Central> entries, ArchiveBytes bytes, ZipLimits limits) {
        if (limits.isExceededBy(entries.stream().mapToLong(Central::size).sum(), bytes.length())) {
            throw new RefusedZip(ZipRule.TOO_LARGE, "",
                    "the archive inflates to more than " + limits.maxInflated() + " bytes, or than "
                            + limits.maxRatio() + " times its own size");
        }
    }

    private void copyAll() {
        try (Inflation inflation = new Inflation(bytes, limits)) {
            for (Placed entry : placed.values()) {
                inflation.copy(entry, OutputStream.nullOutputStream());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("nothing is written anywhere", e);
        }
    }

    /** Files and folders in the order of their bytes. */
    public List<ArchiveEntry> entries() {
        return placed.values().stream()
                .map(entry -> new ArchiveEntry(entry.entry().name(), entry.entry().size())).toList();
    }

    /** A file's bytes, all in memory; empty if there is no file of exactly this name. */
    public Optional<byte[]> content(String name) {
        return file(name).map(entry -> {
            ExactBytes content = new ExactBytes((int) entry.entry().size());
            try {
                copy(entry, content);
            } catch (IOException e) {
                throw new UncheckedIOException("memory does not fail to be written", e);
            }
            return content.bytes;
        });
    }

    /**
     * Writes a file's bytes, holding few of them at a time. Fails with {@link IOException} only as {@code to} does, and with
     * {@link IllegalArgumentException} if there is no file of exactly this name.
     */
    public void copyTo(String name, OutputStream to) throws IOException {
        copy(file(name).orElseThrow(() -> new IllegalArgumentException("no file of this name")), to);
    }

    private Optional<Placed> file(String name) {
        return Optional.ofNullable(placed.get(name)).filter(entry -> !entry.entry().isFolder());
    }

    private void copy(Placed entry, OutputStream to) throws IOException {
        try (Inflation inflation = new Inflation(bytes, limits)) {
            inflation.copy(entry, to);
        } catch (RefusedZip e) {
            throw new IllegalStateException("the archive changed after it was read", e);
        }
    }

    /** As many bytes as were verified to come, without a second copy of them. */
    private static final class ExactBytes extends OutputStream {
        private final byte[] bytes;
        private int length;

        ExactBytes(int size) {
            bytes = new byte[size];
        }

        @Override
        public void write(int one) {
            bytes[length++] = (byte) one;
        }

        @Override
        public void write(byte[] from, int offset, int count) {
            System.arraycopy(from, offset, bytes, length, count);
            length += count;
        }
    }
}

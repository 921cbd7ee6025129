package dev.weir.wire.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.weir.wire.zip.StrictZip.Reading;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictZipTest {
    private static final byte[] ZEROS = new byte[200_000];
    private static final ZipLimits SMALL = new ZipLimits(10, 260, 20, 100_000, 100);

    @ParameterizedTest(name = "{1}")
    @MethodSource({"names", "headers", "sizes", "layouts"})
    void whatIsDoubtfulIsRefusedByName(ZipRule rule, String what, byte[] archive) {
        assertThat(faults(archive)).as(what).extracting(ZipFault::rule).contains(rule)
                .allMatch(found -> found == rule);
    }

    static Stream<Arguments> names() {
        String fineLong = "d/".repeat(19);
        return Stream.of(
                named(ZipRule.PATH_ESCAPE, "../x.py"), named(ZipRule.PATH_ESCAPE, "a/../../x.py"),
                named(ZipRule.PATH_ESCAPE, "a/.."), named(ZipRule.PATH_ESCAPE, "a\\b.py"),
                named(ZipRule.PATH_ESCAPE, "..\\x.py"),
                named(ZipRule.ABSOLUTE_PATH, "/etc/passwd"), named(ZipRule.ABSOLUTE_PATH, "C:/x"),
                named(ZipRule.ABSOLUTE_PATH, "c:x"), named(ZipRule.ABSOLUTE_PATH, "\\\\host\\share"),
                named(ZipRule.NUL_IN_PATH, "main.py\0.txt"),
                named(ZipRule.ILLEGAL_NAME, ""), named(ZipRule.ILLEGAL_NAME, "a//b"),
                named(ZipRule.ILLEGAL_NAME, "./a"), named(ZipRule.ILLEGAL_NAME, "a/./b"),
                named(ZipRule.ILLEGAL_NAME, "a\nb"), named(ZipRule.ILLEGAL_NAME, "a\u001b[2Jb"),
                named(ZipRule.ILLEGAL_NAME, "a\u202eyp.b"), named(ZipRule.ILLEGAL_NAME, "a\u200bb"),
                named(ZipRule.PATH_TOO_LONG, "a".repeat(261)), named(ZipRule.PATH_TOO_LONG, fineLong + "d/x"),
                named(ZipRule.PATH_TOO_LONG, "a".repeat(256)),
                named(ZipRule.PATH_TOO_LONG, "d/" + "\u00e9".repeat(128)),
                named(ZipRule.PATH_TOO_LONG, "\u20ac".repeat(86) + "/x"),
                named(ZipRule.DUPLICATE_NAME, "main.py", "main.py"),
                named(ZipRule.DUPLICATE_NAME, "main.py", "MAIN.py"),
                named(ZipRule.DUPLICATE_NAME, "caf\u00e9.py", "cafe\u0301.py"),
                named(ZipRule.DUPLICATE_NAME, "stra\u00dfe", "STRASSE"),
                named(ZipRule.DUPLICATE_NAME, "a", "a/b"), named(ZipRule.DUPLICATE_NAME, "A/b/c", "a/B"),
                lie(ZipRule.ILLEGAL_NAME, "UTF-8 without the flag", entry -> {
                    entry.name = "\u00e9.py".getBytes(StandardCharsets.UTF_8);
                    entry.localName = entry.name;
                    entry.flags = 0;
                    entry.localFlags = 0;
                }),
                lie(ZipRule.ILLEGAL_NAME, "broken UTF-8", entry -> {
                    entry.name = new byte[]{(byte) 0xc0, (byte) 0xae};
                    entry.localName = entry.name;
                }));
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                lie(ZipRule.SYMLINK, "symlink", entry -> entry.attributes = 0120777L << 16),
                lie(ZipRule.SPECIAL_FILE, "character device", entry -> entry.attributes = 0020666L << 16),
                lie(ZipRule.SPECIAL_FILE, "named pipe", entry -> entry.attributes = 0010666L << 16),
                lie(ZipRule.MALFORMED, "folder by mode only", entry -> entry.attributes = 0040755L << 16),
                lie(ZipRule.MALFORMED, "folder by DOS bit only", entry -> entry.attributes = 0x10),
                lie(ZipRule.ENCRYPTED, "encrypted", entry -> entry.flags |= 1),
                lie(ZipRule.ENCRYPTED, "strongly encrypted", entry -> entry.flags |= 1 << 6),
                lie(ZipRule.ENCRYPTED, "AES by extra field", entry -> entry.extra = HostileZips.extra(0x9901, 7)),
                lie(ZipRule.MALFORMED, "masked headers' cousin", entry -> entry.flags |= 1 << 5),
                lie(ZipRule.MALFORMED, "deflate64", entry -> entry.method = 9),
                lie(ZipRule.MALFORMED, "other method locally", entry -> entry.localMethod = 0),
                lie(ZipRule.MALFORMED, "other name locally",
                        entry -> entry.localName = "nain.py".getBytes(StandardCharsets.UTF_8)),
                lie(ZipRule.MALFORMED, "other flags locally", entry -> entry.localFlags = 0),
                lie(ZipRule.MALFORMED, "other CRC locally", entry -> entry.localCrc++),
                lie(ZipRule.MALFORMED, "other size locally", entry -> entry.localSize++),
                lie(ZipRule.MALFORMED, "other packed size locally", entry -> entry.localPacked++),
                lie(ZipRule.MALFORMED, "zip64 extra", entry -> entry.extra = HostileZips.extra(1, 8)),
                lie(ZipRule.MALFORMED, "zip64 extra locally", entry -> entry.localExtra = HostileZips.extra(1, 8)),
                lie(ZipRule.MALFORMED, "a second name", entry -> entry.extra = HostileZips.extra(0x7075, 9)),
                lie(ZipRule.MALFORMED, "half an extra field", entry -> entry.extra = new byte[3]),
                lie(ZipRule.MALFORMED, "descriptor differs", entry -> {
                    entry.streamed(true);
                    entry.after[8]++;
                }),
                lie(ZipRule.MALFORMED, "descriptor absent", entry -> {
                    entry.streamed(true);
                    entry.after = new byte[0];
                }),
                lie(ZipRule.MALFORMED, "stored, length unknown", entry -> {
                    entry.stored("def handler(input): return input\n".getBytes(StandardCharsets.UTF_8));
                    entry.streamed(true);
                }));
    }

    static Stream<Arguments> sizes() {
        return Stream.of(
                arguments(ZipRule.TOO_LARGE, "too large by header",
                        HostileZips.zip().entry("a", ZEROS, _ -> {}).bytes()),
                arguments(ZipRule.TOO_LARGE, "too large by bytes, header lies",
                        HostileZips.zip().entry("a", ZEROS, entry -> {
                            entry.size = 10;
                            entry.localSize = 10;
                        }).bytes()),
                lie(ZipRule.MALFORMED, "longer than its header", entry -> {
                    entry.size--;
                    entry.localSize--;
                }),
                lie(ZipRule.MALFORMED, "shorter than its header", entry -> {
                    entry.size++;
                    entry.localSize++;
                }),
                lie(ZipRule.MALFORMED, "wrong CRC", entry -> {
                    entry.crc++;
                    entry.localCrc++;
                }),
                lie(ZipRule.MALFORMED, "not deflate data", entry -> Arrays.fill(entry.data, (byte) 0xff)),
                lie(ZipRule.MALFORMED, "bytes after the deflate stream", entry -> {
                    entry.data = Arrays.copyOf(entry.data, entry.data.length + 5);
                    entry.packed += 5;
                    entry.localPacked += 5;
                }),
                lie(ZipRule.MALFORMED, "half the data", entry -> {
                    entry.data = Arrays.copyOf(entry.data, 10);
                    entry.packed = 10;
                    entry.localPacked = 10;
                }),
                arguments(ZipRule.TOO_MANY_ENTRIES, "eleven entries", HostileZips.of(IntStream.range(0, 11)
                        .mapToObj(i -> "f" + i).toArray(String[]::new))),
                arguments(ZipRule.MALFORMED, "a folder with content",
                        HostileZips.zip().file("d/", "content").bytes()));
    }

    static Stream<Arguments> layouts() {
        return Stream.of(
                layout("a comment", zip -> zip.comment = new byte[5]),
                layout("trailing data", zip -> zip.trailing = new byte[1]),
                layout("two archives back to back", zip -> zip.before = HostileZips.of("main.py")),
                layout("an archive behind the archive", zip -> zip.trailing = HostileZips.of("main.py")),
                layout("a hole before the first entry", zip -> zip.before = new byte[7]),
                layout("a hole before the directory", zip -> zip.beforeDirectory = new byte[7]),
                layout("a hole before the end record", zip -> zip.afterDirectory = new byte[20]),
                layout("one entry more than there is", zip -> zip.countOffset = 1),
                layout("one entry less than there is", zip -> zip.countOffset = -1),
                layout("a wrong directory offset", zip -> zip.directoryOffset = 1),
                layout("a directory too long", zip -> zip.directoryLength = 1),
                layout("zip64 marks", zip -> zip.directoryOffset = -1 - 0x10000),
                layout("several disks", zip -> zip.disk = 1),
                arguments(ZipRule.MALFORMED, "an overlap", HostileZips.zip().file("a", "x").entry("b",
                        "y".getBytes(StandardCharsets.UTF_8), entry -> entry.headerShift = -3).bytes()),
                arguments(ZipRule.MALFORMED, "two entries on the same bytes", HostileZips.zip().file("a", "x")
                        .entry("b", "x".getBytes(StandardCharsets.UTF_8), entry -> entry.headerShift = -34).bytes()),
                arguments(ZipRule.MALFORMED, "a header far outside",
                        HostileZips.with(entry -> entry.headerShift = 0x7fff_ffffL)),
                arguments(ZipRule.MALFORMED, "an entry the directory hides", hidden()),
                arguments(ZipRule.MALFORMED, "nothing", new byte[0]),
                arguments(ZipRule.MALFORMED, "a text", "PK, but not really a zip archive".getBytes(
                        StandardCharsets.UTF_8)));
    }

    @Test
    void theRatioIsBoundedBelowTheTotal() {
        byte[] bomb = HostileZips.zip().entry("zeros", new byte[5_000_000], _ -> {}).bytes();
        assertThat(StrictZip.read(ByteBuffer.wrap(bomb), ZipLimits.SKILL)).isInstanceOfSatisfying(
                Reading.Refused.class,
                refused -> assertThat(refused.faults()).extracting(ZipFault::rule).containsExactly(ZipRule.TOO_LARGE));
    }

    @Test
    void everyBadNameIsListedAndNoneOfItsControlCharacters() {
        List<ZipFault> faults = faults(HostileZips.of("../a", "main.py", "/b", "c\u001b[31m"));
        assertThat(faults).extracting(ZipFault::entry).containsExactly("../a", "/b", "c?[31m");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWritersWithoutSeekingWriteIsSound(boolean signed) {
        StrictZip zip = sound(HostileZips.with(entry -> entry.streamed(signed)));
        assertThat(zip.content("main.py").orElseThrow()).asString().startsWith("def handler");
    }

    @Test
    void ordinaryArchivesAreSound() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("lib/"));
            zip.putNextEntry(new ZipEntry("lib/\u00e9t\u00e9.py"));
            zip.write("x = 1\n".getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("main.py"));
        }
        StrictZip zip = sound(out.toByteArray());
        assertThat(zip.entries()).containsExactly(new ArchiveEntry("lib/", 0), new ArchiveEntry("lib/\u00e9t\u00e9.py",
                6), new ArchiveEntry("main.py", 0));
        assertThat(zip.content("lib/")).isEmpty();
        assertThat(zip.content("absent")).isEmpty();
        assertThat(sound(HostileZips.of()).entries()).isEmpty();
    }

    @Test
    void segmentsAreBoundedByTheirBytesNotTheirCharacters() {
        List<String> longest = List.of("a".repeat(255), "\u20ac".repeat(85), "\u00e9".repeat(127) + "/x");
        assertThat(sound(HostileZips.of(longest.toArray(String[]::new))).entries()).extracting(ArchiveEntry::name)
                .containsExactlyElementsOf(longest);
    }

    @Test
    void contentIsCopiedAsItIsReadAndOnlyOfFiles() throws IOException {
        StrictZip zip = sound(HostileZips.zip().file("lib/", "").entry("zeros", new byte[90_000], _ -> {}).bytes());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        zip.copyTo("zeros", out);
        assertThat(out.toByteArray()).isEqualTo(new byte[90_000]).isEqualTo(zip.content("zeros").orElseThrow());
        for (String absent : List.of("lib/", "lib", "Zeros")) {
            assertThatThrownBy(() -> zip.copyTo(absent, out)).isInstanceOf(IllegalArgumentException.class);
        }
        OutputStream full = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("full");
            }
        };
        assertThatThrownBy(() -> zip.copyTo("zeros", full)).isInstanceOf(IOException.class).hasMessage("full");
    }

    @Test
    void aStoredArchiveInsideIsJustAFile() {
        byte[] inner = HostileZips.of("../evil");
        StrictZip zip = sound(HostileZips.zip().entry("inner.zip", inner, entry -> entry.stored(inner)).bytes());
        assertThat(zip.content("inner.zip").orElseThrow()).isEqualTo(inner);
    }

    private static byte[] hidden() {
        byte[] other = HostileZips.of("main.py");
        return HostileZips.with(entry -> entry.after = Arrays.copyOf(other, 50));
    }

    private static Arguments named(ZipRule rule, String... names) {
        return arguments(rule, "name " + ZipRuleNames.escaped(names), HostileZips.of(names));
    }

    private static Arguments lie(ZipRule rule, String what, Consumer<HostileZips.Entry> lie) {
        return arguments(rule, what, HostileZips.with(lie));
    }

    private static Arguments layout(String what, Consumer<HostileZips> lie) {
        return arguments(ZipRule.MALFORMED, what,
                HostileZips.zip().file("main.py", "x").file("lib/a.py", "y").lie(lie).bytes());
    }

    private static StrictZip sound(byte[] archive) {
        return ((Reading.Sound) StrictZip.read(ByteBuffer.wrap(archive), SMALL)).zip();
    }

    private static List<ZipFault> faults(byte[] archive) {
        return ((Reading.Refused) StrictZip.read(ByteBuffer.wrap(archive), SMALL)).faults();
    }

    /** Names as test reports can show them. */
    private static final class ZipRuleNames {
        static String escaped(String... names) {
            return Stream.of(names).map(EntryNames::printable).map(name -> name.length() > 40
                    ? name.substring(0, 40) + "..." + name.length()
                    : name).toList().toString();
        }
    }
}

package dev.weir.wire.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.wire.zip.StrictZip.Reading;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

class RepackTest {
    private static final Path ROOT = Path.of("/of/the/package");
    private static final String[] PIECES = {"..", ".", "/", "\\", "a", "main.py", "C:", "\0", " ", "~", "\u00e9",
        "\u202e", "//", "a/b", "%2e%2e", "...", "\n", "x".repeat(100)};

    @Test
    void noNameThatPassesLeavesItsFolder() {
        Random random = new Random(1);
        int passed = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder built = new StringBuilder();
            random.ints(1 + random.nextInt(5), 0, PIECES.length).forEach(piece -> built.append(PIECES[piece]));
            String name = built.toString();
            if (EntryNames.check(name, ZipLimits.SKILL).isEmpty()) {
                passed++;
                Path resolved = ROOT.resolve(name);
                assertThat(resolved.normalize()).isEqualTo(resolved).startsWithRaw(ROOT).isNotEqualTo(ROOT);
            }
        }
        assertThat(passed).isGreaterThan(500);
    }

    @Test
    void theSameFilesGiveTheSameBytesWhateverTheyCameFrom() throws IOException {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            Map<String, byte[]> files = files(random);
            byte[] first = repack(archive(files, random));
            byte[] second = repack(archive(files, random));
            assertThat(second).isEqualTo(first);
            assertThat(repack(first)).isEqualTo(first);
            assertThat(read(first).entries()).extracting(ArchiveEntry::name)
                    .containsExactlyElementsOf(files.keySet());
            Map<String, byte[]> seen = streamed(first);
            assertThat(seen.keySet()).isEqualTo(files.keySet());
            seen.forEach((name, content) -> assertThat(content).isEqualTo(files.get(name)));
        }
    }

    @Test
    void addedFilesReplaceThoseOfTheSameName() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Map<String, Repack.Content> files = contents(read(HostileZips.of("main.py", "skill.yaml", "empty/")));
        files.put("skill.yaml", Repack.Content.of(bytes("name: x\n")));
        files.put("deps/a.py", Repack.Content.of(bytes("")));
        Repack.write(files, ZipLimits.PACKAGE, out);
        assertThat(streamed(out.toByteArray())).containsOnlyKeys("deps/a.py", "main.py", "skill.yaml")
                .hasEntrySatisfying("skill.yaml", content -> assertThat(content).isEqualTo(bytes("name: x\n")));
    }

    @Test
    void addedFilesObeyTheRulesOfNames() {
        StrictZip zip = read(HostileZips.of("main.py"));
        for (String name : List.of("../x", "/x", "main.py/x", "MAIN.py", "folder/", "\u20ac".repeat(86))) {
            Map<String, Repack.Content> files = contents(zip);
            files.put(name, Repack.Content.of(new byte[0]));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThatThrownBy(() -> Repack.write(files, ZipLimits.SKILL, out))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(out.size()).isZero();
        }
    }

    @Test
    void noMutationOfAnArchiveIsMoreThanAFinding() throws IOException {
        List<byte[]> corpus = List.of(HostileZips.of("main.py", "lib/a.py", "lib/"),
                HostileZips.with(entry -> entry.streamed(true)), repack(HostileZips.of("a", "b")));
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 6_000; i++) {
            byte[] archive = mutate(corpus.get(random.nextInt(corpus.size())), random);
            switch (StrictZip.read(ByteBuffer.wrap(archive), ZipLimits.SKILL)) {
                case Reading.Refused(List<ZipFault> faults) -> {
                    assertThat(faults).isNotEmpty();
                    refused++;
                }
                case Reading.Sound(StrictZip zip) -> repack(zip);
            }
        }
        assertThat(refused).isGreaterThan(3_000);
    }

    private static byte[] mutate(byte[] original, Random random) {
        byte[] archive = original.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(archive.length);
            archive[at] = (byte) switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> 0xff;
                case 2 -> archive[at] ^ (1 << random.nextInt(8));
                default -> random.nextInt();
            };
        }
        return random.nextInt(10) == 0 ? Arrays.copyOf(archive, random.nextInt(archive.length)) : archive;
    }

    private static Map<String, byte[]> files(Random random) {
        Map<String, byte[]> files = new TreeMap<>();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            byte[] content = new byte[random.nextInt(5000)];
            if (random.nextBoolean()) {
                random.nextBytes(content);
            }
            files.put("d" + random.nextInt(3) + "/\u00e9" + i + ".py", content);
        }
        return files;
    }

    private static byte[] archive(Map<String, byte[]> files, Random random) {
        List<String> names = new ArrayList<>(files.keySet());
        Collections.shuffle(names, random);
        HostileZips zip = HostileZips.zip();
        for (String name : names) {
            zip.entry(name, files.get(name), entry -> {
                switch (random.nextInt(4)) {
                    case 0 -> entry.stored(files.get(name));
                    case 1 -> entry.streamed(random.nextBoolean());
                    case 2 -> entry.extra = HostileZips.extra(0x5455, 5);
                    default -> entry.attributes = 0100755L << 16;
                }
            });
        }
        return zip.bytes();
    }

    private static byte[] repack(byte[] archive) throws IOException {
        return repack(read(archive));
    }

    private static byte[] repack(StrictZip zip) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Repack.write(contents(zip), ZipLimits.SKILL, out);
        return out.toByteArray();
    }

    /** As the validator hands them on, except that there they are on the disk. */
    private static Map<String, Repack.Content> contents(StrictZip zip) {
        Map<String, Repack.Content> files = new TreeMap<>();
        zip.entries().stream().filter(entry -> !entry.isFolder()).forEach(entry -> files.put(entry.name(),
                Repack.Content.of(zip.content(entry.name()).orElseThrow())));
        return files;
    }

    private static StrictZip read(byte[] archive) {
        return ((Reading.Sound) StrictZip.read(ByteBuffer.wrap(archive), ZipLimits.SKILL)).zip();
    }

    /** As the JDK's streaming reader sees it, which does not look at the directory. */
    private static Map<String, byte[]> streamed(byte[] archive) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (var entry = Optional.ofNullable(zip.getNextEntry()); entry.isPresent(); entry = Optional
                    .ofNullable(zip.getNextEntry())) {
                files.put(entry.get().getName(), zip.readAllBytes());
            }
        }
        return files;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

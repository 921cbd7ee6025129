package dev.weir.cli.skill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.cli.client.ClientException;
import dev.weir.wire.zip.ArchiveEntry;
import dev.weir.wire.zip.StrictZip;
import dev.weir.wire.zip.ZipLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackingTest {
    @TempDir
    private Path skill;

    @Test
    void theGatewaysOwnParserTakesIt() throws IOException {
        write("main.py", "def handler(input): ...");
        write("data/\u00fcber.txt", "x".repeat(5000));
        write("empty.py", "");
        assertThat(entries()).containsExactly("data/\u00fcber.txt", "empty.py", "main.py");
    }

    @Test
    void theSameFilesGiveTheSameBytes() throws IOException {
        write("b.py", "b");
        write("main.py", "a");
        byte[] first = Packing.pack(skill);
        Files.setLastModifiedTime(skill.resolve("b.py"), FileTime.fromMillis(0));
        assertThat(Packing.pack(skill)).isEqualTo(first);
    }

    @Test
    void cachesHiddenFilesAndWhatIsIgnoredStayAway() throws IOException {
        for (String file : List.of("main.py", "__pycache__/main.pyc", ".env", ".git/config", "notes.md", "venv/x.py",
                "deep/notes.md", "deep/keep.py")) {
            write(file, "x");
        }
        write(".weirignore", "# not for others\n*.md\nvenv/\n");
        assertThat(entries()).containsExactly("deep/keep.py", "main.py");
    }

    @Test
    void whatNoGatewayTakesIsSaidHere() throws IOException {
        assertRefused("is not a directory", skill.resolve("absent"));
        Files.createSymbolicLink(skill.resolve("link.py"), Path.of("/etc/hostname"));
        assertRefused("link.py is neither a file nor a directory", skill);
        Files.delete(skill.resolve("link.py"));
        write(".weirignore", "[");
        assertRefused(".weirignore has a pattern", skill);
        Files.delete(skill.resolve(".weirignore"));
        write("x/".repeat(20) + "y.py", "");
        assertRefused("deeper than 20", skill);
    }

    @Test
    void thereIsAMostOfFiles() throws IOException {
        for (int i = 0; i <= 500; i++) {
            write("f" + i, "");
        }
        assertRefused("500 files", skill);
        Files.delete(skill.resolve("f0"));
        assertThat(entries()).hasSize(500);
    }

    private List<String> entries() {
        StrictZip.Reading reading = StrictZip.read(ByteBuffer.wrap(Packing.pack(skill)), ZipLimits.SKILL);
        assertThat(reading).isInstanceOf(StrictZip.Reading.Sound.class);
        return ((StrictZip.Reading.Sound) reading).zip().entries().stream().map(ArchiveEntry::name).toList();
    }

    private static void assertRefused(String message, Path directory) {
        assertThatThrownBy(() -> Packing.pack(directory)).isInstanceOf(ClientException.class)
                .hasMessageContaining(message);
    }

    private void write(String name, String content) throws IOException {
        Path file = skill.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content.getBytes(StandardCharsets.UTF_8));
    }
}

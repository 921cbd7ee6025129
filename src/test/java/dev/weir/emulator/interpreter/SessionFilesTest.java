package dev.weir.emulator.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionFilesTest {
    private static final byte[] BYTES = "inside".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path dir;
    private Path outside;
    private SessionFiles files;

    @BeforeEach
    void open() throws IOException {
        outside = Files.createDirectory(dir.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        files = SessionFiles.create(dir.resolve("home"));
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    @Test
    void pathsAreBelowTheWorkingDirectory() throws IOException {
        files.write("a/./b//c.txt", BYTES);
        files.write("a/b/c.txt", BYTES);
        files.write(files.work() + "/absolute", BYTES);

        assertThat(files.read("a/b/c.txt", 100)).isEqualTo(BYTES);
        assertThat(files.work().resolve("absolute")).hasBinaryContent(BYTES);
        assertThat(files.list("", 10).keySet()).containsExactly("a", "absolute");
        assertThat(files.list("a/b", 10).get("c.txt").size()).isEqualTo(6);
        files.remove("a/b/c.txt");
        assertThat(files.list("a/b", 10)).isEmpty();
        files.remove("a/b");
        assertThatThrownBy(() -> files.read("a/b/c.txt", 100)).isInstanceOf(NoSuchFileException.class);
        assertThat(dir.resolve("home/made")).isEmptyDirectory();
    }

    @Test
    void theRootOfAPathIsTheSessions() throws IOException {
        files.write("a/b", BYTES);

        assertThat(files.read("/a/b", 100)).isEqualTo(BYTES);
        assertThat(files.read("//a/b", 100)).isEqualTo(BYTES);
        assertThat(files.relative("/a/b")).isEqualTo("a/b");
        assertThat(files.list("/", 10).keySet()).containsExactly("a");
        assertThatThrownBy(() -> files.read("/etc/passwd", 100)).isInstanceOf(NoSuchFileException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside/secret", "a/../../../outside/secret", "/../outside/secret", "..", "a\0b", "",
        ".",
        "a/",
        "link/secret", "a/link/secret", "secret", "/a/../../outside/secret", "/link/secret",
        "work/../../../outside/secret"})
    void whatLeadsOutIsRefusedByEveryTool(String path) throws IOException {
        Files.createDirectory(files.work().resolve("a"));
        for (String link : List.of("link", "a/link")) {
            Files.createSymbolicLink(files.work().resolve(link), outside);
        }
        Files.createSymbolicLink(files.work().resolve("secret"), outside.resolve("secret"));

        assertThatThrownBy(() -> files.read(path, 100)).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> files.write(path, BYTES)).isInstanceOf(FileSystemException.class);
        if (!path.equals("secret")) {
            assertThatThrownBy(() -> files.remove(path)).isInstanceOf(FileSystemException.class);
        }
        if (!List.of("", ".", "a/").contains(path)) {
            assertThatThrownBy(() -> files.list(path, 10)).isInstanceOf(FileSystemException.class);
        }

        assertThat(outside.resolve("secret")).hasContent("secret");
        try (Stream<Path> entries = Files.list(outside)) {
            assertThat(entries).hasSize(1);
        }
    }

    @Test
    void ofALinkTheLinkIsListedAndRemoved() throws IOException {
        Files.createSymbolicLink(files.work().resolve("link"), outside);

        assertThat(files.list("", 10).get("link").isSymbolicLink()).isTrue();
        files.remove("link");

        assertThat(files.list("", 10)).isEmpty();
        assertThat(outside.resolve("secret")).exists();
    }

    @Test
    void whatIsPutInThePlaceOfTheDirectoriesIsNotFollowed() throws IOException {
        Files.delete(files.work());
        Files.createSymbolicLink(files.work(), outside);
        assertThatThrownBy(() -> files.read("secret", 100)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> files.write("new", BYTES)).isInstanceOf(IOException.class);

        Files.move(dir.resolve("home"), dir.resolve("moved"));
        Files.createSymbolicLink(dir.resolve("home"), dir);
        assertThatThrownBy(() -> files.stage("staged", BYTES).toRealPath().startsWith(outside))
                .isInstanceOf(IOException.class);
        assertThat(dir.resolve("moved/made/staged")).exists();
        assertThat(outside.resolve("new")).doesNotExist();
    }

    /** A program that swaps a directory for a link and back, as fast as it can. */
    @Test
    void aLinkMadeMeanwhileIsNotFollowed() throws Exception {
        Path inner = Files.createDirectory(files.work().resolve("d"));
        Path link = Files.createSymbolicLink(files.work().resolve("l"), outside);
        Path spare = files.work().resolve("s");
        AtomicBoolean stop = new AtomicBoolean();
        Thread swapper = Thread.ofPlatform().start(() -> {
            while (!stop.get()) {
                try {
                    Files.move(inner, spare);
                    Files.move(link, inner);
                    Files.move(inner, link);
                    Files.move(spare, inner);
                } catch (IOException raced) {
                    stop.set(true);
                }
            }
        });
        int written = 0;
        for (int n = 0; n < 2_000; n++) {
            try {
                files.write("d/file" + n, BYTES);
                written++;
            } catch (IOException refused) {
                assertThat(refused).isInstanceOf(FileSystemException.class);
            }
        }
        stop.set(true);
        swapper.join();

        assertThat(written).isPositive();
        try (Stream<Path> entries = Files.list(outside)) {
            assertThat(entries.map(Path::getFileName).map(Path::toString)).containsExactly("secret");
        }
    }

    @Test
    @Timeout(20)
    void whatIsNoFileIsNeitherReadNorReplaced() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", files.work().resolve("pipe").toString()).start().waitFor()).isZero();
        Files.createDirectory(files.work().resolve("directory"));
        files.write("directory/file", BYTES);

        for (String path : List.of("pipe", "directory")) {
            assertThatThrownBy(() -> files.read(path, 100)).hasMessageContaining("is not a regular file");
            assertThatThrownBy(() -> files.write(path, BYTES)).hasMessageContaining("is not a regular file");
        }
        assertThatThrownBy(() -> files.remove("directory")).hasMessageContaining("not empty");
        assertThatThrownBy(() -> files.write("directory/file/below", BYTES)).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> files.read("directory/file", 5)).hasMessageContaining("more than 5 bytes");
        assertThatThrownBy(() -> files.write("n".repeat(300), BYTES)).isInstanceOf(FileSystemException.class);
    }
}

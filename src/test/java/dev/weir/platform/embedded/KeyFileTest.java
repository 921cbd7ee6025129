package dev.weir.platform.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fixture.Answers;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
    @TempDir
    Path directory;

    @Test
    void theKeyIsMadeOnceAndKept() throws IOException {
        Path file = directory.resolve("url.key");
        byte[] key = KeyFile.loadOrCreate(file, 32);
        assertThat(key).hasSize(32).isNotEqualTo(new byte[32]);
        assertThat(KeyFile.loadOrCreate(file, 32)).isEqualTo(key);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(KeyFile.loadOrCreate(directory.resolve("other.key"), 32)).isNotEqualTo(key);
    }

    @Test
    void thoseWhoMakeItAtOnceGetOneKey() throws IOException {
        Path file = directory.resolve("url.key");
        List<String> keys = Answers.atOnce(30,
                _ -> Future.succeededFuture(HexFormat.of().formatHex(KeyFile.loadOrCreate(file, 32))));
        assertThat(keys).hasSize(30).containsOnly(keys.getFirst());
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws IOException {
        Path file = directory.resolve("url.key");
        KeyFile.loadOrCreate(file, 32);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> KeyFile.loadOrCreate(file, 32)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("0600");
    }

    @Test
    void aKeyOfAnotherLengthIsRefused() {
        Path file = directory.resolve("url.key");
        KeyFile.loadOrCreate(file, 16);
        assertThatThrownBy(() -> KeyFile.loadOrCreate(file, 32)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("32 bytes");
    }
}

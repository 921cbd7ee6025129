package dev.weir.emulator.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoriesTest {
    @TempDir
    Path dir;

    @Test
    void directoriesThatNobodyMayEnterOrChangeAreRemoved() throws IOException {
        Path root = dir.resolve("root");
        Path deep = Files.createDirectories(root.resolve("closed/cache"));
        Files.writeString(deep.resolve("file"), "text");
        Path outside = Files.createDirectory(dir.resolve("outside"));
        Files.createSymbolicLink(deep.resolve("link"), outside);
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.setPosixFilePermissions(deep, PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.setPosixFilePermissions(deep.getParent(), PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("r-xr-xr-x"));

        Directories.remove(root);
        Directories.remove(root);

        assertThat(root).doesNotExist();
        assertThat(Files.getPosixFilePermissions(outside)).hasSize(6);
    }

    @Test
    void whatCannotBeRemovedIsToldAndTheRestIsGone() throws Exception {
        Path root = Files.createDirectory(dir.resolve("root"));
        Files.createDirectories(root.resolve("z/empty"));
        Files.createDirectories(root.resolve("a/empty"));
        TooDeep.in(root);
        try {
            assertThatThrownBy(() -> Directories.remove(root)).isInstanceOf(IOException.class)
                    .hasMessageContaining("failures to remove");

            assertThat(root).isDirectoryNotContaining("glob:**/{a,z}").isNotEmptyDirectory();
        } finally {
            TooDeep.remove(root);
        }
    }
}

package dev.weir.platform.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files and directories that only this user may enter, and that are still there after the power failed. */
final class PrivateFiles {
    private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> FILE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private PrivateFiles() {}

    /** Makes the directory, with those above it, unless it is there; one that is there keeps its owner and loses the others' rights. */
    static void directory(Path path) throws IOException {
        Files.createDirectories(path, DIRECTORY);
        Files.setPosixFilePermissions(path, DIRECTORY.value());
    }

    /** Makes an empty file of mode 0600 unless it is there. */
    static void file(Path path) throws IOException {
        try {
            Files.createFile(path, FILE);
        } catch (FileAlreadyExistsException there) {
            Files.setPosixFilePermissions(path, FILE.value());
        }
    }

    /** A new empty file of mode 0600 with a name of its own. */
    static Path temporary(Path directory) throws IOException {
        return Files.createTempFile(directory, "tmp-", "", FILE);
    }

    static void readOnly(Path file) throws IOException {
        Files.setPosixFilePermissions(file, EnumSet.of(PosixFilePermission.OWNER_READ));
    }

    /** Waits until a file's bytes, or a directory's names, are on the disk. */
    static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Removes what {@link #temporary} made and a crash left. */
    static void removeTemporary(Path directory) throws IOException {
        try (var left = Files.newDirectoryStream(directory, "tmp-*")) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }
}

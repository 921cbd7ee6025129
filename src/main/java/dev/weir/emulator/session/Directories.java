package dev.weir.emulator.session;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/** Session directories: private to the user, gone after use. Blocking. */
public final class Directories {
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rwx------");

    private Directories() {}

    public static void create(Path directory) throws IOException {
        Files.createDirectories(directory.getParent());
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNERS));
    }

    /**
     * Deletes a tree without following links, also one whose directories cannot be written to, as those of Go's module cache; a tree that
     * is not there is fine, and so is one that shrinks meanwhile. As much as possible is deleted; the failure says how much is left.
     */
    public static void remove(Path root) throws IOException {
        if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            Removal removal = new Removal();
            removal.open(root);
            Files.walkFileTree(root, removal);
            removal.requireComplete();
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {
        private IOException first;
        private int left;

        /** Before a directory is entered, so that what it holds can be seen and taken out of it. */
        private void open(Path path) {
            try {
                PosixFileAttributes found = Files.readAttributes(path, PosixFileAttributes.class,
                        LinkOption.NOFOLLOW_LINKS);
                if (found.isDirectory() && !found.permissions().containsAll(OWNERS)) {
                    EnumSet<PosixFilePermission> more = EnumSet.copyOf(OWNERS);
                    more.addAll(found.permissions());
                    Files.setPosixFilePermissions(path, more);
                }
            } catch (NoSuchFileException gone) {
                return;
            } catch (IOException failure) {
                note(failure);
            }
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            try (Stream<Path> entries = Files.list(directory)) {
                entries.forEach(this::open);
            } catch (NoSuchFileException gone) {
                return FileVisitResult.CONTINUE;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            return delete(file);
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            if (!(failure instanceof NoSuchFileException)) {
                note(failure);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException failure) {
            return delete(directory);
        }

        private FileVisitResult delete(Path path) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException failure) {
                note(failure);
            }
            return FileVisitResult.CONTINUE;
        }

        private void note(IOException failure) {
            left++;
            first = first == null ? failure : first;
        }

        void requireComplete() throws IOException {
            if (first != null) {
                throw new IOException(left + " failures to remove a file or directory, the first: " + first, first);
            }
        }
    }
}

package dev.weir.emulator.interpreter;

import dev.weir.emulator.session.Directories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The files of a session as the file tools see them. A path is followed from directory to directory without following links, each opened
 * relative to the one before, so that neither its text nor what a program of the session does meanwhile leads out. Blocking.
 */
final class SessionFiles implements AutoCloseable {
    private static final Path WORK = Path.of("work");
    private static final Path MADE = Path.of("made");

    private final Path home;
    private final SecureDirectoryStream<Path> opened;

    private SessionFiles(Path home, SecureDirectoryStream<Path> opened) {
        this.home = home;
        this.opened = opened;
    }

    /** Makes the session's directories below {@code home}: for its work, and for what is being made for it. */
    @SuppressWarnings("StreamResourceLeak") // closed with the session
    static SessionFiles create(Path home) throws IOException {
        Directories.create(home);
        Path real = home.toRealPath();
        Directories.create(real.resolve(WORK));
        Directories.create(real.resolve(MADE));
        // Held open: whatever a program puts in its place, this is the one.
        DirectoryStream<Path> stream = Files.newDirectoryStream(real);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return new SessionFiles(real, secure);
        }
        stream.close();
        throw new IOException("this system cannot open files relative to a directory");
    }

    /** What paths are relative to; no link, and none on the way to it. */
    Path work() {
        return home.resolve(WORK);
    }

    /** All of the session's directories are below it; no link, and none on the way to it. */
    Path home() {
        return home;
    }

    /** Writes a file that the session's tools do not see, and says where it is. */
    Path stage(String name, byte[] bytes) throws IOException {
        try (SecureDirectoryStream<Path> made = open(MADE)) {
            create(made, Path.of(name), bytes);
        }
        return home.resolve(MADE).resolve(name);
    }

    @Override
    public void close() throws IOException {
        opened.close();
    }

    /** Makes directories as needed; a file that is there is replaced in one step. */
    void write(String path, byte[] bytes) throws IOException {
        SessionPath names = SessionPath.ofFile(work(), path);
        Path made = Path.of(UUID.randomUUID().toString());
        try (SecureDirectoryStream<Path> from = open(MADE);
                SecureDirectoryStream<Path> to = directory(path, names.parents(), from)) {
            Path name = names.last();
            if (exists(to, name) && !attributes(to, name).isRegularFile()) {
                throw new FileSystemException(path, null, "is not a regular file");
            }
            create(from, made, bytes);
            try {
                from.move(made, to, name);
            } catch (IOException failure) {
                from.deleteFile(made);
                throw failure;
            }
        }
    }

    /** Fails for the reason that reading it would, if nothing changes. */
    void requireReadable(String path, int limit) throws IOException {
        try (SeekableByteChannel file = file(path)) {
            requireSize(path, file, limit);
        }
    }

    /** The whole file; fails if it has more than {@code limit} bytes. */
    byte[] read(String path, int limit) throws IOException {
        try (SeekableByteChannel file = file(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(requireSize(path, file, limit));
            int read = 0;
            while (bytes.hasRemaining() && read >= 0) {
                read = file.read(bytes);
            }
            return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
        }
    }

    /** A file or an empty directory; of a link, the link. */
    void remove(String path) throws IOException {
        SessionPath names = SessionPath.ofFile(work(), path);
        try (SecureDirectoryStream<Path> parent = directory(path, names.parents(), null)) {
            if (attributes(parent, names.last()).isDirectory()) {
                parent.deleteDirectory(names.last());
            } else {
                parent.deleteFile(names.last());
            }
        } catch (DirectoryNotEmptyException full) {
            throw new FileSystemException(path, null, "is a directory that is not empty");
        }
    }

    /** By name, so many at most. Links are not followed. */
    Map<String, BasicFileAttributes> list(String path, int limit) throws IOException {
        Map<String, BasicFileAttributes> entries = new TreeMap<>();
        try (SecureDirectoryStream<Path> directory = directory(path, SessionPath.of(work(), path).names(), null)) {
            for (Path entry : directory) {
                Path name = entry.getFileName();
                if (entries.size() < limit && exists(directory, name)) {
                    entries.put(name.toString(), attributes(directory, name));
                }
            }
        } catch (DirectoryIteratorException unreadable) {
            throw unreadable.getCause();
        }
        return entries;
    }

    /** The path as it stands below the working directory, for naming it to the caller. */
    String relative(String path) throws IOException {
        return SessionPath.of(work(), path).toString();
    }

    /** @param workshop where missing directories are made; null = they are not */
    private SecureDirectoryStream<Path> directory(String path, List<Path> names, SecureDirectoryStream<Path> workshop)
            throws IOException {
        SecureDirectoryStream<Path> at = open(WORK);
        try {
            for (Path name : names) {
                if (workshop != null && !exists(at, name)) {
                    make(workshop, at, name);
                }
                SecureDirectoryStream<Path> next = enter(path, at, name);
                at.close();
                at = next;
            }
            return at;
        } catch (IOException | RuntimeException failure) {
            at.close();
            throw failure;
        }
    }

    private static SecureDirectoryStream<Path> enter(String path, SecureDirectoryStream<Path> at, Path name)
            throws IOException {
        if (attributes(at, name).isSymbolicLink()) {
            throw new FileSystemException(path, null, "goes through a symbolic link");
        }
        try {
            return at.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
        } catch (NotDirectoryException file) {
            throw new FileSystemException(path, null, "goes through something that is no directory");
        }
    }

    /** There is no call that makes a directory in an open one, but one that moves it there. */
    private void make(SecureDirectoryStream<Path> workshop, SecureDirectoryStream<Path> at, Path name)
            throws IOException {
        Path made = Files.createDirectory(home.resolve(MADE).resolve(UUID.randomUUID().toString()));
        try {
            workshop.move(made.getFileName(), at, name);
        } catch (IOException lost) {
            Files.deleteIfExists(made);
            if (!exists(at, name)) {
                throw lost;
            }
        }
    }

    private static void create(SecureDirectoryStream<Path> directory, Path name, byte[] bytes) throws IOException {
        try (SeekableByteChannel file = directory.newByteChannel(name,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                file.write(rest);
            }
        } catch (IOException failure) {
            if (exists(directory, name)) {
                directory.deleteFile(name);
            }
            throw failure;
        }
    }

    private SeekableByteChannel file(String path) throws IOException {
        SessionPath names = SessionPath.ofFile(work(), path);
        try (SecureDirectoryStream<Path> parent = directory(path, names.parents(), null)) {
            if (!attributes(parent, names.last()).isRegularFile()) {
                throw new FileSystemException(path, null, "is not a regular file");
            }
            return open(parent, names.last());
        }
    }

    private static int requireSize(String path, SeekableByteChannel file, int limit) throws IOException {
        if (file.size() > limit) {
            throw new FileSystemException(path, null, "has more than " + limit + " bytes");
        }
        return (int) file.size();
    }

    /** A pipe that has taken the file's place meanwhile would hold up who opens it for reading alone. */
    private static SeekableByteChannel open(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        Set<OpenOption> reading = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            return parent.newByteChannel(name,
                    Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException gone) {
            throw gone;
        } catch (FileSystemException readOnly) {
            return parent.newByteChannel(name, reading);
        }
    }

    private static boolean exists(SecureDirectoryStream<Path> directory, Path name) throws IOException {
        try {
            attributes(directory, name);
            return true;
        } catch (NoSuchFileException absent) {
            return false;
        }
    }

    private static BasicFileAttributes attributes(SecureDirectoryStream<Path> directory, Path name)
            throws IOException {
        return directory.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    private SecureDirectoryStream<Path> open(Path directory) throws IOException {
        return opened.newDirectoryStream(directory, LinkOption.NOFOLLOW_LINKS);
    }
}

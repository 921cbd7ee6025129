package dev.weir.emulator.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Held by the one emulator of a data directory; the operating system releases it when that process ends, however it ends. */
public final class DirectoryLock implements AutoCloseable {
    private static final String FILE = "emulator.lock";

    /** Of this process: closing any channel on a file gives up every POSIX lock the process has on it, so none may be opened twice. */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** Empty if another process, or another part of this one, holds it. */
    public static Optional<DirectoryLock> tryAcquire(Path dir) throws IOException {
        Path directory = dir.toRealPath();
        if (!HELD_HERE.add(directory)) {
            return Optional.empty();
        }
        FileChannel channel = null;
        FileLock lock = null;
        try {
            channel = PrivateFile.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock = channel.tryLock();
            return lock == null ? Optional.empty() : Optional.of(new DirectoryLock(directory, channel));
        } finally {
            if (lock == null) {
                if (channel != null) {
                    channel.close();
                }
                HELD_HERE.remove(directory);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        HELD_HERE.remove(directory);
    }
}

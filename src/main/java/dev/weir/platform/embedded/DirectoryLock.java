package dev.weir.platform.embedded;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Held while a process uses a data directory; the operating system lets go of it when the process dies, however it dies. */
final class DirectoryLock implements AutoCloseable {
    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Fails with {@code Conflict} if another process, or another part of this one, holds it. */
    static DirectoryLock take(Path directory) throws IOException {
        Path file = directory.resolve("lock");
        PrivateFiles.file(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            if (!locked(channel)) {
                throw new ProblemException(new Problem.Conflict("the data directory " + directory
                        + " is in use by another gateway (process " + Files.readString(file).strip() + ")"));
            }
            channel.truncate(0);
            byte[] holder = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
            channel.write(ByteBuffer.wrap(holder));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new DirectoryLock(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException here) {
            return false;
        }
    }
}

package dev.weir.platform.embedded;

import dev.weir.feature.skill.PackageStore.Received;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.streams.WriteStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A file being written, which counts and digests what goes in and refuses the buffer that would make it too large. */
final class DigestingFile implements WriteStream<Buffer> {
    private final AsyncFile file;
    private final long maxBytes;
    private final MessageDigest digest = Sha256.start();
    private long bytes;

    DigestingFile(AsyncFile file, long maxBytes) {
        this.file = file;
        this.maxBytes = maxBytes;
    }

    /** Everything that was written; once. */
    Received received() {
        return new Received(HexFormat.of().formatHex(digest.digest()), bytes);
    }

    @Override
    public Future<Void> write(Buffer data) {
        bytes += data.length();
        if (bytes > maxBytes) {
            return Future.failedFuture(new ProblemException(new Problem.TooLarge("the package", maxBytes)));
        }
        digest.update(data.getBytes());
        return file.write(data);
    }

    @Override
    public Future<Void> end() {
        return file.end();
    }

    @Override
    public DigestingFile exceptionHandler(Handler<Throwable> handler) {
        file.exceptionHandler(handler);
        return this;
    }

    @Override
    public DigestingFile setWriteQueueMaxSize(int maxSize) {
        file.setWriteQueueMaxSize(maxSize);
        return this;
    }

    /** A pipe asks even after it closed the file because a write was refused; the file itself would throw then. */
    @Override
    public boolean writeQueueFull() {
        return bytes <= maxBytes && file.writeQueueFull();
    }

    @Override
    public DigestingFile drainHandler(Handler<Void> handler) {
        file.drainHandler(handler);
        return this;
    }
}

package dev.weir.runner;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * The Unix socket over which the bootstrap reports: frames of a four-byte length and that much JSON, each answered with one byte. It lies in
 * a directory only this user can enter, takes one connection, wants a token, and then its name is gone. Blocking; {@link #close} ends every wait.
 */
final class ControlChannel implements AutoCloseable {
    private static final byte ACK = 6;

    /** A Unix socket's path has room for 108 bytes, 104 on some systems. */
    private static final int MAX_PATH = 100;

    private final String token = UUID.randomUUID().toString();
    private final int maxFrame;
    private final Path directory;
    private final Path path;
    private final ServerSocketChannel server;
    private volatile SocketChannel peer;
    private volatile boolean closed;

    private ControlChannel(Path directory, int maxFrame) throws IOException {
        this.directory = directory;
        this.path = directory.resolve("s");
        this.maxFrame = maxFrame;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    /** @param maxFrame bytes of one frame; a longer one is garbage */
    static ControlChannel open(int maxFrame) throws IOException {
        Path directory = Files.createTempDirectory("weir");
        if (directory.toString().length() > MAX_PATH) {
            Files.delete(directory);
            directory = Files.createTempDirectory(Path.of("/tmp"), "weir");
        }
        ControlChannel channel = new ControlChannel(directory, maxFrame);
        try {
            channel.server.bind(UnixDomainSocketAddress.of(channel.path), 1);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    String path() {
        return path.toString();
    }

    String token() {
        return token;
    }

    /** Waits for the bootstrap; fails with {@link IllegalArgumentException} if somebody else came. */
    void accept() throws IOException {
        peer = server.accept();
        if (closed) {
            peer.close();
        }
        unlink();
        boolean ours = read().filter(frame -> frame.equals(new ControlFrame.Hello(token))).isPresent();
        if (!ours) {
            throw new IllegalArgumentException("the first frame has not our token");
        }
        acknowledge();
    }

    /** The next frame, or empty at the end; fails with {@link IllegalArgumentException} on garbage. */
    Optional<ControlFrame> read() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(4);
        if (!fill(head)) {
            return Optional.empty();
        }
        int length = head.flip().getInt();
        if (length <= 0 || length > maxFrame) {
            throw new IllegalArgumentException("no frame has this length");
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        return fill(body) ? Optional.of(ControlFrame.parse(body.array())) : Optional.empty();
    }

    /** Lets the bootstrap go on. */
    void acknowledge() throws IOException {
        peer.write(ByteBuffer.wrap(new byte[]{ACK}));
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        SocketChannel connected = peer;
        if (connected != null) {
            connected.close();
        }
        unlink();
    }

    private boolean fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (peer.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }

    private void unlink() throws IOException {
        Files.deleteIfExists(path);
        Files.deleteIfExists(directory);
    }
}

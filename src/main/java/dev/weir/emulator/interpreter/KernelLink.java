package dev.weir.emulator.interpreter;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * The Unix socket between a kernel and us: frames of a four-byte length and that much JSON. Its name lies where only this user can look, and
 * is gone as soon as the kernel has come and shown the token it was given; whoever comes without it is sent away. Blocking; {@link #close}
 * ends every wait.
 */
final class KernelLink implements AutoCloseable {
    /** More than a picture of the largest size. */
    private static final int MAX_FRAME = 12 * 1024 * 1024;
    /** A Unix socket's path has room for 108 bytes, 104 on some systems. */
    private static final int MAX_PATH = 100;
    private static final int STRANGERS = 10;

    private final String token = UUID.randomUUID().toString();
    private final Path directory;
    private final Path path;
    private final ServerSocketChannel server;
    private volatile SocketChannel peer;
    private volatile boolean closed;

    private KernelLink(Path directory) throws IOException {
        this.directory = directory;
        this.path = directory.resolve("s");
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    static KernelLink open() throws IOException {
        Path directory = Files.createTempDirectory("weir");
        if (directory.toString().length() > MAX_PATH) {
            Files.delete(directory);
            directory = Files.createTempDirectory(Path.of("/tmp"), "weir");
        }
        KernelLink link = new KernelLink(directory);
        try {
            link.server.bind(UnixDomainSocketAddress.of(link.path));
            return link;
        } catch (IOException failure) {
            link.close();
            throw failure;
        }
    }

    String path() {
        return path.toString();
    }

    String token() {
        return token;
    }

    /** Waits for the kernel. */
    void accept() throws IOException {
        for (int stranger = 0; stranger < STRANGERS; stranger++) {
            peer = server.accept();
            if (closed) {
                break;
            }
            Optional<JsonObject> hello = read();
            if (hello.isPresent() && token.equals(hello.get().getValue("token"))) {
                server.close();
                unlink();
                return;
            }
            peer.close();
        }
        close();
        throw new IOException("the kernel did not come");
    }

    /** All of it in ASCII, so that any text gets through. */
    synchronized void send(JsonObject frame) throws IOException {
        byte[] text = ascii(frame.encode());
        ByteBuffer bytes = ByteBuffer.allocate(4 + text.length).putInt(text.length).put(text).flip();
        while (bytes.hasRemaining()) {
            peer.write(bytes);
        }
    }

    /** The next frame; empty at the end, and after anything that is no frame. */
    Optional<JsonObject> read() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(4);
        if (!fill(head)) {
            return Optional.empty();
        }
        int length = head.flip().getInt();
        if (length <= 0 || length > MAX_FRAME) {
            return Optional.empty();
        }
        ByteBuffer body = ByteBuffer.allocate(length);
        if (!fill(body)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new JsonObject(new String(body.array(), StandardCharsets.UTF_8)));
        } catch (DecodeException garbage) {
            return Optional.empty();
        }
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

    private static byte[] ascii(String json) {
        if (StandardCharsets.US_ASCII.newEncoder().canEncode(json)) {
            return json.getBytes(StandardCharsets.US_ASCII);
        }
        StringBuilder escaped = new StringBuilder(json.length() + json.length() / 4);
        json.chars().forEach(c -> {
            if (c < 127) {
                escaped.append((char) c);
            } else {
                escaped.append("\\u").append(Character.forDigit(c >> 12, 16))
                        .append(Character.forDigit(c >> 8 & 15, 16))
                        .append(Character.forDigit(c >> 4 & 15, 16)).append(Character.forDigit(c & 15, 16));
            }
        });
        return escaped.toString().getBytes(StandardCharsets.US_ASCII);
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

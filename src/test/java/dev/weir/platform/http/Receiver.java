package dev.weir.platform.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PfxOptions;
import dev.weir.fixture.Answers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A receiver of webhooks as bad as the test wants: it sees the raw request, and then does what it was given to do. */
final class Receiver {
    final List<String> requests = new CopyOnWriteArrayList<>();
    final List<String> serverNames = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    private final NetServer server;

    private Receiver(Vertx vertx, NetServerOptions options, String host, Consumer<NetSocket> behaviour) {
        this.server = Answers.of(vertx.createNetServer(options)
                .connectHandler(socket -> accept(socket, behaviour)).listen(0, host));
    }

    static Receiver plain(Vertx vertx, Consumer<NetSocket> behaviour) {
        return plain(vertx, "127.0.0.1", behaviour);
    }

    static Receiver plain(Vertx vertx, String host, Consumer<NetSocket> behaviour) {
        return new Receiver(vertx, new NetServerOptions(), host, behaviour);
    }

    static Receiver tls(Vertx vertx, PfxOptions key, Consumer<NetSocket> behaviour) {
        return new Receiver(vertx, new NetServerOptions().setSsl(true).setSni(true).setKeyCertOptions(key),
                "127.0.0.1", behaviour);
    }

    static Consumer<NetSocket> says(String answer) {
        return socket -> socket.write(answer);
    }

    int port() {
        return server.actualPort();
    }

    private void accept(NetSocket socket, Consumer<NetSocket> behaviour) {
        connections.incrementAndGet();
        serverNames.add(String.valueOf(socket.indicatedServerName()));
        socket.closeHandler(_ -> closed.incrementAndGet());
        socket.exceptionHandler(_ -> socket.close());
        Buffer all = Buffer.buffer();
        socket.handler(part -> {
            all.appendBuffer(part);
            if (all.toString().endsWith("}")) {
                requests.add(all.toString());
                behaviour.accept(socket);
            }
        });
    }

    /** A new key and certificate for {@code host}, signed by itself. */
    static PfxOptions key(Path directory, String host) throws IOException, InterruptedException {
        Path store = directory.resolve(host + ".p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=" + host, "-ext", "SAN=dns:" + host,
                "-storetype", "PKCS12", "-storepass", "changeit", "-keystore", store.toString())
                .redirectErrorStream(true).start();
        if (!keytool.waitFor(20, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IOException("keytool made no key");
        }
        return new PfxOptions().setPath(store.toString()).setPassword("changeit");
    }
}

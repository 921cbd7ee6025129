package dev.weir.emulator;

import static org.awaitility.Awaitility.await;

import dev.weir.wire.shell.ShellFrame;
import dev.weir.wire.shell.ShellFrames;
import dev.weir.wire.shell.ShellStatus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The simplest client of a shell: types text and remembers what came. */
final class ShellClient {
    final WebSocket socket;
    final List<ShellFrame> frames = new CopyOnWriteArrayList<>();
    private volatile int close;

    private ShellClient(WebSocket socket) {
        this.socket = socket;
        socket.binaryMessageHandler(message -> frames.add(ShellFrames.decode(message)));
        socket.closeHandler(_ -> close = socket.closeStatusCode() == null ? 1006 : socket.closeStatusCode());
        socket.resume();
    }

    static Future<WebSocket> open(EmulatorFixture emulator, String session, String shell) {
        URI uri = emulator.uri("/ws/shells?qualifier=DEFAULT&shellId=" + shell);
        return emulator.open(uri.getRawPath() + "?" + uri.getRawQuery(),
                emulator.signer().headers("GET", uri, "", EmulatorFixture.sessionHeader(session)));
    }

    static ShellClient connect(EmulatorFixture emulator, String session, String shell) {
        return new ShellClient(EmulatorFixture.await(open(emulator, session, shell)));
    }

    void type(String text) {
        send(new ShellFrame.Stdin(Buffer.buffer(text)));
    }

    void send(ShellFrame frame) {
        socket.writeBinaryMessage(ShellFrames.encode(frame));
    }

    /** All that the terminal showed, bytes as characters. */
    String screen() {
        Buffer all = Buffer.buffer();
        frames.forEach(frame -> {
            if (frame instanceof ShellFrame.Stdout(Buffer bytes)) {
                all.appendBuffer(bytes);
            }
        });
        return all.toString("ISO-8859-1");
    }

    /** Types a line and waits for what it prints; the line must not contain {@code expected} as it stands. */
    ShellClient run(String line, String expected) {
        type(line + "\n");
        return see(expected);
    }

    ShellClient see(String expected) {
        await().until(() -> screen().contains(expected));
        return this;
    }

    List<ShellStatus> statuses() {
        return frames.stream().filter(frame -> frame instanceof ShellFrame.Status)
                .map(frame -> ((ShellFrame.Status) frame).status()).toList();
    }

    int closeCode() {
        await().until(() -> close != 0);
        return close;
    }
}

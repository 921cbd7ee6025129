package dev.weir.bench.fanout;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A broadcaster that does nothing but write: what this machine allows. Arguments: {@code sse|websocket single|batch LOOPS}. With {@code single} it writes
 * once per subscriber and message, with {@code batch} once per subscriber and turn of its loop. Prints its port, ends when its standard input does.
 */
public final class RawServer {
    private RawServer() {}

    public static void main(String[] args) throws IOException {
        boolean webSocket = args[0].equals("websocket");
        boolean batch = args[1].equals("batch");
        List<RawLoop> loops = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            loops.add(new RawLoop(webSocket, batch, loops));
        }
        for (RawLoop loop : loops) {
            Thread.ofPlatform().daemon().name("loop").start(loop);
        }
        Thread.ofPlatform().daemon().name("end").start(RawServer::awaitEnd);
        accept(loops);
    }

    private static void awaitEnd() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is said there but that it is over.
            }
        } catch (IOException over) {
            System.exit(1);
        }
        System.exit(0);
    }

    private static void accept(List<RawLoop> loops) throws IOException {
        try (Selector selector = Selector.open(); ServerSocketChannel listening = ServerSocketChannel.open()) {
            listening.bind(Handshake.local(0), 4096).configureBlocking(false);
            listening.register(selector, SelectionKey.OP_ACCEPT);
            System.out.println(listening.socket().getLocalPort());
            int next = 0;
            while (true) {
                selector.select();
                selector.selectedKeys().clear();
                for (SocketChannel one = listening.accept(); one != null; one = listening.accept()) {
                    loops.get(next++ % loops.size()).take(one);
                }
            }
        }
    }
}

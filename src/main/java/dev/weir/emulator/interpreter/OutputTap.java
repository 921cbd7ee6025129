package dev.weir.emulator.interpreter;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads standard output or error of a kernel for as long as it lives: from the moment a piece of code begins to the mark behind it the text
 * is the code's, and what threads or children put out between two pieces of code is dropped.
 */
final class OutputTap implements Runnable {
    private static final int PIECE = 8 * 1024;
    private static final long IN_HAND = Long.MAX_VALUE;
    private static final int LOOK_MILLIS = 100;
    private static final int MAX_BEHIND = 1024 * 1024;

    private final InputStream bytes;
    private final String name;
    private volatile Hearing current;
    private volatile long waitingSince = IN_HAND;
    private volatile long count;
    private volatile boolean ended;

    /** What is heard during one piece of code. */
    private static final class Hearing {
        private final MarkedText text;
        private final CountDownLatch over = new CountDownLatch(1);

        Hearing(MarkedText text) {
            this.text = text;
        }
    }

    OutputTap(InputStream bytes, String name) {
        this.bytes = bytes;
        this.name = name;
    }

    void start() {
        Thread.ofPlatform().daemon().name(name).start(this);
    }

    /**
     * Before the code is told to begin.
     *
     * @param picture called where a picture belongs
     */
    void listen(byte[] mark, Consumer<String> text, Runnable picture) {
        current = new Hearing(new MarkedText(mark, text, picture));
    }

    /**
     * The code has ended: waits until the mark has come. Code that has closed or redirected our stream makes it impossible to write; then
     * a silence is the end, or a flood behind it.
     */
    void await(Duration silence) throws InterruptedException {
        Hearing hearing = current;
        long most = count + MAX_BEHIND;
        while (hearing != null && !hearing.over.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            long since = waitingSince;
            boolean silent = since != IN_HAND && System.nanoTime() - since > silence.toNanos();
            if (ended || silent || count > most) {
                current = null;
                return;
            }
        }
    }

    @Override
    public void run() {
        byte[] piece = new byte[PIECE];
        try (bytes) {
            for (int read = read(piece); read >= 0; read = read(piece)) {
                count += read;
                Hearing hearing = current;
                if (hearing != null && hearing.text.take(piece, read)) {
                    current = null;
                    hearing.over.countDown();
                }
            }
        } catch (IOException closed) {
            count = Math.max(count, 0); // the kernel was ended
        }
        Hearing hearing = current;
        if (hearing != null) {
            hearing.text.end();
            hearing.over.countDown();
        }
        ended = true;
    }

    private int read(byte[] piece) throws IOException {
        waitingSince = System.nanoTime();
        int read = bytes.read(piece);
        waitingSince = IN_HAND;
        return read;
    }
}

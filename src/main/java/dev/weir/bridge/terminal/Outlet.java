package dev.weir.bridge.terminal;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Two byte streams, such as a process's standard ones, that may block: a thread writes what it is given, in order. Who gives is told to
 * hold on when much is waiting. Safe from any thread.
 */
public final class Outlet {
    private static final long HIGH = 256 * 1024;
    private static final long LOW = 64 * 1024;

    private final OutputStream out;
    private final OutputStream err;
    private final Valve valve;
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private final AtomicLong waiting = new AtomicLong();
    private final Thread writer;
    private boolean held;
    private volatile boolean broken;

    /** Who gives. */
    public interface Valve {
        void pause();

        void resume();

        /** The reader is gone; whatever comes now is dropped. */
        void broken();
    }

    private record Piece(OutputStream to, Buffer bytes) {}

    public Outlet(OutputStream out, OutputStream err, Valve valve) {
        this.out = out;
        this.err = err;
        this.valve = valve;
        this.writer = Thread.ofPlatform().daemon().name("terminal-out").start(this::write);
    }

    public void out(Buffer bytes) {
        add(new Piece(out, bytes));
    }

    public void err(Buffer bytes) {
        add(new Piece(err, bytes));
    }

    /** Waits until all is written, or for {@code seconds}. Nothing may be given afterwards. */
    public void close(int seconds) {
        pieces.add(new Piece(null, Buffer.buffer()));
        try {
            writer.join(TimeUnit.SECONDS.toMillis(seconds));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void add(Piece piece) {
        if (broken) {
            return;
        }
        waiting.addAndGet(piece.bytes.length());
        pieces.add(piece);
        level();
    }

    private synchronized void level() {
        long now = waiting.get();
        if (!held && now > HIGH) {
            held = true;
            valve.pause();
        } else if (held && now <= LOW) {
            held = false;
            valve.resume();
        }
    }

    private void write() {
        try {
            for (Piece piece = pieces.take(); piece.to != null; piece = pieces.take()) {
                put(piece);
                waiting.addAndGet(-piece.bytes.length());
                level();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void put(Piece piece) {
        if (broken) {
            return;
        }
        try {
            piece.to.write(piece.bytes.getBytes());
            piece.to.flush();
        } catch (IOException gone) {
            broken = true;
            valve.broken();
        }
    }
}

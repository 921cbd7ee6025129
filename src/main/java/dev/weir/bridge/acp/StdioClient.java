package dev.weir.bridge.acp;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A client at two byte streams, such as a process's standard ones: a thread reads, a thread writes. */
public final class StdioClient implements Client {
    private static final int PIECE = 64 * 1024;

    private final InputStream input;
    private final OutputStream output;
    private final BlockingQueue<Outgoing> outgoing = new LinkedBlockingQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private boolean held;
    private volatile boolean broken;

    /** The message itself, not a copy: nobody writes to it any more. */
    private static final class Outgoing {
        private final byte[] message;
        private final Promise<Void> sent = Promise.promise();

        Outgoing(byte[] message) {
            this.message = message;
        }
    }

    public StdioClient(InputStream input, OutputStream output) {
        this.input = input;
        this.output = new BufferedOutputStream(output, PIECE);
    }

    /** Begins to read and write. The threads end with the process, or with their streams. */
    public void start(Conversation conversation, int maxLine) {
        Thread.ofPlatform().daemon().name("acp-stdin").start(() -> read(conversation, maxLine));
        Thread.ofPlatform().daemon().name("acp-stdout").start(this::write);
    }

    @Override
    public Future<Void> send(byte[] message) {
        Outgoing next = new Outgoing(message);
        if (broken) {
            next.sent.fail(new IOException("the client is gone"));
        } else {
            outgoing.add(next);
        }
        return next.sent.future();
    }

    @Override
    public void pause() {
        hold(true);
    }

    @Override
    public void resume() {
        hold(false);
    }

    private void hold(boolean now) {
        lock.lock();
        try {
            held = now;
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void read(Conversation conversation, int maxLine) {
        Assembly lines = new Assembly(maxLine);
        byte[] piece = new byte[PIECE];
        try {
            for (int count = input.read(piece); count >= 0; count = input.read(piece)) {
                lines.feed(Arrays.copyOf(piece, count), conversation::received);
                awaitRelease();
            }
        } catch (IOException gone) {
            broken = true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        boolean whole = !lines.isTooLong();
        byte[] rest = lines.takeRest();
        if (rest.length > 0) {
            conversation.received(rest, whole);
        }
        conversation.ended();
    }

    private void awaitRelease() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (held) {
                released.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        while (true) {
            Outgoing next;
            try {
                next = outgoing.take();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
            write(next);
        }
    }

    private void write(Outgoing next) {
        if (broken) {
            next.sent.fail(new IOException("the client is gone"));
            return;
        }
        try {
            output.write(next.message);
            output.write('\n');
            if (outgoing.isEmpty()) {
                output.flush();
            }
            next.sent.complete();
        } catch (IOException gone) {
            broken = true;
            next.sent.fail(gone);
        }
    }
}

package dev.weir.runner;

import dev.weir.wire.runner.RetainedEvents;
import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Moves what the handler's processes write into the run's events. It waits for bytes without taking them and takes and records them under
 * one lock, so that {@link #drain} can promise that everything written before it is recorded after it. The wait is on a platform thread: a
 * system call would pin a virtual one.
 */
final class OutputPump {
    private static final int CHUNK = 64 * 1024;

    /** The most an unprivileged process can make a pipe hold: so much may have been written before a drain began. */
    private static final int MAX_PIPE = 1024 * 1024;

    private final RetainedEvents events;
    private final Source out = new Source("stdout");
    private final Source err = new Source("stderr");
    private final int[] stop = Posix.pipe();
    private final ReentrantLock reading = new ReentrantLock(true);
    private final Arena arena = Arena.ofShared();
    private final MemorySegment chunk = arena.allocate(CHUNK);
    private final Thread thread = Thread.ofPlatform().daemon().name("weir-output").unstarted(this::run);
    private volatile boolean stopped;
    private boolean closed;

    OutputPump(RetainedEvents events) {
        this.events = events;
    }

    ProcessBuilder.Redirect stdout() {
        return out.redirect();
    }

    ProcessBuilder.Redirect stderr() {
        return err.redirect();
    }

    /** Once the process holds its ends. */
    void start() {
        out.closeWriter();
        err.closeWriter();
        thread.start();
    }

    /** Records everything that was written to either stream before this call; waits while there is no room for it. */
    void drain() throws InterruptedException {
        reading.lockInterruptibly();
        try {
            if (!closed) {
                drain(out);
                drain(err);
            }
        } finally {
            reading.unlock();
        }
    }

    /** Whether both streams have ended, waiting at most {@code grace} for it. */
    boolean awaitEnd(Duration grace) throws InterruptedException {
        return thread.getState() == Thread.State.NEW || thread.join(grace);
    }

    /** Records what is left and gives everything back. The events must take it without waiting. */
    void finish() throws InterruptedException {
        stopped = true;
        Posix.close(stop[1]); // its other end becomes readable: that wakes the thread
        if (thread.getState() != Thread.State.NEW) {
            thread.join();
        }
        reading.lock();
        try {
            for (Source source : new Source[]{out, err}) {
                source.closeWriter();
                drain(source);
                events.appendOutput(source.stream, source.text.end());
                Posix.close(source.reader);
            }
        } finally {
            closed = true;
            Posix.close(stop[0]);
            arena.close();
            reading.unlock();
        }
    }

    private void run() {
        try {
            while (!stopped && !(out.ended && err.ended)) {
                Posix.await(out.waitFor(), err.waitFor(), stop[0]);
                reading.lockInterruptibly();
                try {
                    readOnce(out);
                    readOnce(err);
                } finally {
                    reading.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread; if someone did, it should end
        }
    }

    private void drain(Source source) throws InterruptedException {
        int taken = 0;
        int n = 1;
        while (n > 0 && taken <= MAX_PIPE) {
            n = readOnce(source);
            taken += n;
        }
    }

    private int readOnce(Source source) throws InterruptedException {
        if (source.ended || !Posix.isReadable(source.reader)) {
            return 0;
        }
        int n = Posix.read(source.reader, chunk);
        if (n <= 0) {
            source.ended = true;
            return 0;
        }
        String text = source.text.decode(chunk.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE));
        events.appendOutput(source.stream, text);
        return n;
    }

    /** One pipe. */
    private static final class Source {
        private final String stream;
        private final Utf8Text text = new Utf8Text();
        private final int reader;
        private int writer;
        private volatile boolean ended;

        Source(String stream) {
            this.stream = stream;
            int[] ends = Posix.pipe();
            this.reader = ends[0];
            this.writer = ends[1];
        }

        ProcessBuilder.Redirect redirect() {
            return ProcessBuilder.Redirect.to(new File("/dev/fd/" + writer));
        }

        int waitFor() {
            return ended ? -1 : reader;
        }

        void closeWriter() {
            if (writer >= 0) {
                Posix.close(writer);
                writer = -1;
            }
        }
    }
}

package dev.weir.emulator.shell;

import com.pty4j.PtyProcess;
import com.pty4j.PtyProcessBuilder;
import com.pty4j.WinSize;
import com.pty4j.unix.UnixPtyProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * A pseudo-terminal with {@code bash} in it. Reading and writing block in native code, so each has a platform thread. Output is handed over
 * a piece at a time: the next one is read when the last was taken, which is how a slow reader holds a program up.
 */
final class Terminal {
    private static final int PIECE = 32 * 1024;
    private static final int LINGER_MILLIS = 300;
    private static final int GRACE_MILLIS = 500;
    private static final byte[] END = {};

    private final PtyProcess process;
    private final BlockingQueue<byte[]> typed = new LinkedBlockingQueue<>();
    private final Semaphore taken = new Semaphore(0);
    private final Events events;

    /** Called on the terminal's own threads. */
    interface Events {
        /** Output; {@link Terminal#take} asks for more. */
        void output(byte[] bytes);

        /** So many of the bytes typed are through. */
        void typed(int bytes);

        /** The program has ended and all its output was given. Last. */
        void exited(int code);
    }

    private Terminal(PtyProcess process, Events events) {
        this.process = process;
        this.events = events;
    }

    /** Starts the program, nothing is told yet. Blocks for as long as starting a process takes. */
    static Terminal open(Path directory, Events events) throws IOException {
        Map<String, String> environment = new HashMap<>(System.getenv());
        ProgramEnvironment.curate(environment, directory);
        environment.put("TERM", "xterm-256color");
        PtyProcess process = new PtyProcessBuilder(new String[]{"/bin/bash"}).setDirectory(directory.toString())
                .setEnvironment(environment).setInitialColumns(80).setInitialRows(24).start();
        return new Terminal(process, events);
    }

    /** Lets it speak. Once. */
    void run() {
        Thread reader = Thread.ofPlatform().daemon().name("terminal-read").start(this::read);
        Thread.ofPlatform().daemon().name("terminal-write").start(this::write);
        Thread.ofPlatform().daemon().name("terminal-exit").start(() -> awaitExit(reader, events::exited));
    }

    void type(byte[] bytes) {
        if (bytes.length > 0) {
            typed.add(bytes);
        }
    }

    /** The last piece of output has been dealt with. */
    void take() {
        taken.release();
    }

    void resize(int columns, int rows) {
        if (process.isAlive()) {
            process.setWinSize(new WinSize(columns, rows));
        }
    }

    /** As when a line is hung up: SIGHUP, and SIGKILL a little later for everything that is left. Blocks meanwhile. */
    void hangUp() throws InterruptedException {
        List<ProcessHandle> tree = tree();
        if (process instanceof UnixPtyProcess unix) {
            unix.hangup();
        }
        process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS);
        tree.forEach(ProcessHandle::destroyForcibly);
        kill();
    }

    /** At once. */
    void kill() {
        tree().forEach(ProcessHandle::destroyForcibly);
        taken.release(Short.MAX_VALUE);
    }

    private List<ProcessHandle> tree() {
        return ProcessHandle.of(process.pid()).stream()
                .flatMap(shell -> Stream.concat(shell.descendants(), Stream.of(shell))).toList();
    }

    private void read() {
        byte[] piece = new byte[PIECE];
        try (InputStream output = process.getInputStream()) {
            int count = output.read(piece);
            while (count >= 0) {
                events.output(Arrays.copyOf(piece, count));
                taken.acquire();
                count = output.read(piece);
            }
        } catch (IOException ended) {
            // how Linux says that the last program has let the terminal go
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try (OutputStream input = process.getOutputStream()) {
            byte[] bytes = typed.take();
            while (bytes.length > 0) {
                input.write(bytes);
                input.flush();
                events.typed(bytes.length);
                bytes = typed.take();
            }
        } catch (IOException gone) {
            events.typed(0); // nobody reads any more; the end is told elsewhere
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Programs left in the background may hold the terminal open; they get a moment, and then the hang-up. */
    private void awaitExit(Thread reader, IntConsumer then) {
        int code = -1;
        try {
            code = process.waitFor();
            reader.join(LINGER_MILLIS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        typed.add(END);
        kill();
        then.accept(code);
    }
}

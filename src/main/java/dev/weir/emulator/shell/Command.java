package dev.weir.emulator.shell;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;

/** One command in a {@code bash} of its own, without a terminal and without input. Its output is told piece by piece. */
public final class Command {
    private static final int PIECE_CHARACTERS = 8 * 1024;
    private static final int LINGER_MILLIS = 300;

    private final Process process;
    private final Events events;
    private final Semaphore taken = new Semaphore(1);

    /** Called on the command's own threads. */
    public interface Events {
        /** A piece of {@code stdout} or {@code stderr}, whole characters; {@link Command#take} asks for more. */
        void output(String stream, String text);

        /** The command has ended and all its output was told; the code is 128 and more where a signal ended it. Last. */
        void exited(int code);
    }

    private Command(Process process, Events events) {
        this.process = process;
        this.events = events;
    }

    /** Starts it, nothing is told yet. Blocks for as long as starting a process takes. */
    public static Command open(String line, Path directory, Events events) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("/bin/bash", "-c", line).directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        ProgramEnvironment.curate(builder.environment(), directory);
        return new Command(builder.start(), events);
    }

    /** Lets it speak. Once. */
    public void run() {
        List<Source> sources = List.of(new Source("stdout", process.getInputStream()),
                new Source("stderr", process.getErrorStream()));
        sources.forEach(source -> source.thread.start());
        Thread.ofVirtual().name("command-exit").start(() -> awaitExit(sources));
    }

    /** The last piece of output has been dealt with. */
    public void take() {
        taken.release();
    }

    /** Ends it and all it started. */
    public void kill() {
        ProcessTree.kill(process);
        taken.release(Short.MAX_VALUE);
    }

    /** What it left in the background may hold its output open; that gets a moment of silence, and is cut off then. */
    private void awaitExit(List<Source> sources) {
        int code = -1;
        try {
            code = process.waitFor();
            for (Source source : sources) {
                while (!source.thread.join(Duration.ofMillis(LINGER_MILLIS)) && !source.isSilent()) {
                    Thread.onSpinWait();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        events.exited(code);
    }

    /** One of the two streams. Bytes that are no UTF-8 become replacement characters. */
    private final class Source implements Runnable {
        private static final long IN_HAND = -1;

        private final String name;
        private final InputStream bytes;
        private final Thread thread;
        private volatile long waitingSince = System.nanoTime();

        Source(String name, InputStream bytes) {
            this.name = name;
            this.bytes = bytes;
            this.thread = Thread.ofPlatform().daemon().name("command-" + name).unstarted(this);
        }

        boolean isSilent() {
            long since = waitingSince;
            return since != IN_HAND && System.nanoTime() - since > Duration.ofMillis(LINGER_MILLIS).toNanos();
        }

        @Override
        public void run() {
            char[] piece = new char[PIECE_CHARACTERS];
            try (Reader text = new InputStreamReader(bytes, StandardCharsets.UTF_8)) {
                int held = 0;
                for (int count = read(text, piece, held); count >= 0; count = read(text, piece, held)) {
                    int end = held + count;
                    held = Character.isHighSurrogate(piece[end - 1]) ? 1 : 0; // its other half comes with the next piece
                    taken.acquire();
                    events.output(name, new String(piece, 0, end - held));
                    piece[0] = piece[end - 1];
                }
            } catch (IOException closed) {
                waitingSince = 0; // the end, as when the command was killed
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }

        private int read(Reader text, char[] piece, int held) throws IOException {
            waitingSince = System.nanoTime();
            int count = text.read(piece, held, piece.length - held);
            waitingSince = IN_HAND;
            return count;
        }
    }
}

package dev.weir.emulator.interpreter;

import dev.weir.emulator.interpreter.Pieces.Piece;
import dev.weir.emulator.shell.ProcessTree;
import dev.weir.emulator.shell.ProgramEnvironment;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A Python that keeps its state from one piece of code to the next. It reports over a socket of its own; what it prints is plain output.
 * When it ends for whatever reason the piece of code it was at is told so, and it is of no use any more.
 */
final class PythonKernel implements Toolbox.Running {
    private static final String DRIVER = driver();
    /** For the reader of the error output of code that finds nothing of what was there before. */
    static final String LOST = "[the Python process has ended; what it had defined is lost]\n";
    private static final String READER = "import sys; exec(compile(sys.stdin.buffer.read(), '<kernel>', 'exec'))";
    private static final int START_SECONDS = 60;
    private static final int PICTURES = 4;
    private static final int EXIT_SECONDS = 5;
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private final Process process;
    private final KernelLink link;
    private final OutputTap out;
    private final OutputTap err;
    /** Those that have come and whose place in the output has not; each is put where its mark stands. */
    private final BlockingQueue<Piece.Picture> pictures = new ArrayBlockingQueue<>(PICTURES);
    private Pieces current;
    private boolean dead;
    private boolean told;

    private PythonKernel(Process process, KernelLink link) {
        this.process = process;
        this.link = link;
        this.out = new OutputTap(process.getInputStream(), "kernel-stdout");
        this.err = new OutputTap(process.getErrorStream(), "kernel-stderr");
    }

    /** Starts it and waits until it is there. Its directory is {@code work}. */
    static PythonKernel start(String python, Path work) throws IOException {
        KernelLink link = KernelLink.open();
        try {
            ProcessBuilder builder = new ProcessBuilder(python, "-B", "-X", "utf8", "-c", READER)
                    .directory(work.toFile());
            ProgramEnvironment.curate(builder.environment(), work);
            builder.environment().put("MPLBACKEND", "Agg");
            PythonKernel kernel = new PythonKernel(builder.start(), link);
            kernel.greet();
            return kernel;
        } catch (IOException failure) {
            link.close();
            throw failure;
        }
    }

    synchronized boolean isAlive() {
        return !dead && process.isAlive();
    }

    /** Whether the code that it was at when it ended, if any, was told. */
    synchronized boolean hasToldItsEnd() {
        return told;
    }

    /** Runs one piece of code; the last of {@code pieces} is its end. One at a time. Fails if the kernel has ended before. */
    void execute(String code, Pieces pieces) throws IOException {
        String mark = "\0weir-" + UUID.randomUUID() + "\n";
        synchronized (this) {
            if (dead) {
                throw new IOException("the kernel has ended");
            }
            current = pieces;
            pictures.clear();
        }
        byte[] bytes = mark.getBytes(StandardCharsets.US_ASCII);
        out.listen(bytes, text -> pieces.put(new Piece.Text(false, text)), () -> picture(pieces));
        err.listen(bytes, text -> pieces.put(new Piece.Text(true, text)), () -> {});
        try {
            link.send(new JsonObject().put("code", code).put("mark", mark));
        } catch (IOException gone) {
            kill(); // and whoever listens for its answers tells
        }
    }

    /** Ends it and all that it has started. */
    @Override
    public void kill() {
        ProcessTree.kill(process);
    }

    private void greet() throws IOException {
        boolean[] come = {false};
        var _ = process.onExit().orTimeout(START_SECONDS, TimeUnit.SECONDS).whenComplete((_, _) -> {
            synchronized (come) {
                if (!come[0]) {
                    closeLink();
                }
            }
        });
        out.start();
        err.start();
        String header = "WEIR_LINK = '" + link.path() + "'\nWEIR_TOKEN = '" + link.token() + "'\n";
        try (OutputStream input = process.getOutputStream()) {
            input.write((header + DRIVER).getBytes(StandardCharsets.UTF_8));
        }
        try {
            link.accept();
        } catch (IOException absent) {
            kill();
            throw absent;
        }
        synchronized (come) {
            come[0] = true;
        }
        Thread.ofVirtual().name("kernel-link").start(this::listen);
    }

    private void listen() {
        try {
            Optional<JsonObject> frame = link.read();
            while (frame.isPresent()) {
                heard(frame.get());
                frame = link.read();
            }
        } catch (IOException | ClassCastException broken) {
            kill();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        kill();
        closeLink();
        try {
            ended();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void heard(JsonObject frame) throws InterruptedException {
        Pieces pieces = current();
        if (pieces == null) {
            return;
        }
        if ("picture".equals(frame.getValue("kind"))) {
            Piece.Picture picture = new Piece.Picture(frame.getString("data", ""));
            if (!pictures.offer(picture, EXIT_SECONDS, TimeUnit.SECONDS)) {
                pieces.put(picture); // its mark got lost
            }
        } else if ("done".equals(frame.getValue("kind"))) {
            finish(pieces, new Piece.End(frame.getInteger("exitCode", 1), ""));
        }
    }

    private void ended() throws InterruptedException {
        Pieces pieces;
        synchronized (this) {
            dead = true;
            pieces = current;
        }
        if (pieces != null) {
            synchronized (this) {
                told = true;
            }
            int code = process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS) ? process.exitValue() : 1;
            finish(pieces, new Piece.End(code == 0 ? 1 : code, LOST));
        }
    }

    private void finish(Pieces pieces, Piece.End end) throws InterruptedException {
        out.await(SILENCE);
        err.await(SILENCE);
        synchronized (this) {
            current = null;
        }
        List<Piece.Picture> unplaced = new ArrayList<>();
        pictures.drainTo(unplaced);
        unplaced.forEach(pieces::put);
        pieces.put(end);
    }

    private void picture(Pieces pieces) {
        try {
            // It was sent before its mark, but another thread may not have read it yet.
            Optional.ofNullable(pictures.poll(EXIT_SECONDS, TimeUnit.SECONDS)).ifPresent(pieces::put);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Pieces current() {
        return current;
    }

    private void closeLink() {
        try {
            link.close();
        } catch (IOException stays) {
            kill(); // nothing depends on the socket's name being removed
        }
    }

    private static String driver() {
        try (InputStream text = PythonKernel.class.getResourceAsStream("kernel.py")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException | NullPointerException absent) {
            throw new IllegalStateException("kernel.py is missing from this build", absent);
        }
    }
}

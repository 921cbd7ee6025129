package dev.weir.bridge.acp;

import com.pty4j.PtyProcessBuilder;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An agent, and one of the ways to it: lines go in, lines come out. One thread. */
final class Peer implements AutoCloseable {
    private static final int PIECE = 64 * 1024;
    private static final int GRACE_SECONDS = 20;

    private final Process process;
    private final InputStream input;
    private final OutputStream output;
    private final byte[] piece = new byte[PIECE];
    private int from;
    private int to;

    private Peer(Process process) {
        this.process = process;
        this.input = process.getInputStream();
        this.output = process.getOutputStream();
    }

    /** By pipes, as a client starts an agent. */
    static Peer piped(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
        builder.environment().putAll(environment);
        return new Peer(builder.start());
    }

    /** By a terminal that a shell runs {@code line} on; lines before the one that holds {@code ready} are skipped. */
    static Peer onTerminal(String line, String ready) throws IOException {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("TERM", "dumb");
        Peer peer = new Peer(new PtyProcessBuilder(new String[]{"/bin/bash", "-c", line}).setEnvironment(environment)
                .start());
        while (!new String(peer.line(), StandardCharsets.ISO_8859_1).contains(ready)) {
            // what the terminal shows before it is raw
        }
        return peer;
    }

    long pid() {
        return process.pid();
    }

    void send(byte[] line) throws IOException {
        output.write(line);
        output.flush();
    }

    /** The next line, with its end if it is short, or else the beginning of it. */
    byte[] line() throws IOException {
        byte[] beginning = {};
        while (true) {
            for (int i = from; i < to; i++) {
                if (piece[i] == '\n') {
                    byte[] line = beginning.length > 0 ? beginning : Arrays.copyOfRange(piece, from, i);
                    from = i + 1;
                    return line;
                }
            }
            if (beginning.length == 0) {
                beginning = Arrays.copyOfRange(piece, from, to);
            }
            fill();
        }
    }

    /** Nanoseconds until the answer to {@code line}, which is the next line. */
    long exchange(byte[] line) throws IOException {
        long begin = System.nanoTime();
        send(line);
        byte[] answer = line();
        long nanos = System.nanoTime() - begin;
        if (new String(answer, StandardCharsets.ISO_8859_1).contains("\"error\"")) {
            throw new IOException(new String(answer, StandardCharsets.UTF_8));
        }
        return nanos;
    }

    private void fill() throws IOException {
        from = 0;
        to = input.read(piece);
        if (to < 0) {
            throw new EOFException("the other side has ended");
        }
    }

    @Override
    public void close() throws IOException {
        output.close();
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.weir.bridge.acp;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The scripted agent at a plain pipe, as a client would run it without a bridge. */
final class DirectAgent implements AutoCloseable {
    final List<String> received = new CopyOnWriteArrayList<>();
    private final Process process;
    private final OutputStream input;

    /** @param command as the bridge gets it */
    DirectAgent(String command) throws IOException {
        process = new ProcessBuilder("/bin/sh", "-c", "exec " + command)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        input = process.getOutputStream();
        BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Thread.ofPlatform().daemon().start(() -> lines.lines().filter(DirectAgent::isMessage).forEach(received::add));
    }

    void say(String line) {
        try {
            input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException gone) {
            throw new java.io.UncheckedIOException(gone);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** What the agent's output is without noise, which a client drops by itself. */
    private static boolean isMessage(String line) {
        try {
            return new JsonObject(line).containsKey("jsonrpc");
        } catch (io.vertx.core.json.DecodeException noise) {
            return false;
        }
    }
}

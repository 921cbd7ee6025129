package dev.weir.bridge.acp;

import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellListener;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

/**
 * Runs a few commands in a second shell of the same microVM, for what cannot be said through the terminal that the agent has. Needs no other
 * permission than the first. One event loop.
 */
final class SideShell implements ShellListener {
    private static final int MOST_OUTPUT = 256 * 1024;

    private static final String BEGIN = "BEGIN-";

    private final String nonce = UUID.randomUUID().toString();
    private final String commands;
    private final Promise<String> result = Promise.promise();
    private final StringBuilder seen = new StringBuilder();
    private AgentShell shell;

    private SideShell(String commands) {
        this.commands = commands;
    }

    /** What the commands print, as text without blanks around; fails if that has not come in {@code limit}. */
    static Future<String> run(Vertx vertx, AgentShells shells, ShellAddress address, String commands, Duration limit) {
        return print(vertx, shells, address, commands, limit).map(printed -> printed.replace("\r", "").strip());
    }

    /** What the commands print, byte for byte; fails if that has not come in {@code limit}. */
    static Future<byte[]> bytes(Vertx vertx, AgentShells shells, ShellAddress address, String commands,
            Duration limit) {
        return print(vertx, shells, address, commands, limit)
                .map(printed -> printed.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Future<String> print(Vertx vertx, AgentShells shells, ShellAddress address, String commands,
            Duration limit) {
        SideShell side = new SideShell(commands);
        side.shell = shells.open(address.sibling("side-" + side.nonce), side);
        long timer = vertx.setTimer(limit.toMillis(), id -> side.fail());
        return side.result.future().onComplete(v -> {
            vertx.cancelTimer(timer);
            side.shell.terminate();
        });
    }

    @Override
    public void attached(ShellAddress address, boolean again) {
        String line = " stty raw -echo;printf 'BEGIN-%s:' " + nonce + ";(" + commands + ")2>&1;printf 'END-%s\\n' "
                + nonce
                + "\n";
        seen.setLength(0);
        var _ = shell.write(Buffer.buffer(line)).onFailure(failure -> fail());
    }

    @Override
    public void output(Buffer bytes) {
        seen.append(bytes.toString(StandardCharsets.ISO_8859_1));
        int begin = seen.indexOf(BEGIN + nonce + ":");
        int end = seen.indexOf("END-" + nonce, Math.max(0, begin));
        if (begin >= 0 && end >= 0) {
            result.tryComplete(seen.substring(begin + BEGIN.length() + nonce.length() + 1, end));
        } else if (seen.length() > MOST_OUTPUT) {
            fail();
        }
    }

    @Override
    public void detached(String why) {
        fail();
    }

    @Override
    public void ended(ShellEnd end) {
        fail();
    }

    private void fail() {
        result.tryFail(new ProblemException(
                new Problem.Unavailable("a second shell did not answer", Duration.ofSeconds(1), "")));
    }
}

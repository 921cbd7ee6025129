package dev.weir.app;

import dev.weir.bridge.terminal.Outlet;
import dev.weir.bridge.terminal.TerminalBridge;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.platform.terminal.Signals;
import dev.weir.platform.terminal.Tty;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** One stay in a shell, from the terminal's raw mode to its old one. */
final class TerminalRun {
    private static final int INTERRUPTED = 130;
    private static final int PIECE = 16 * 1024;
    private static final int WRITE_SECONDS = 5;

    private final AgentShells shells;
    private final ShellOrder order;
    private final Outlet outlet;
    private final TerminalBridge bridge;
    private volatile Tty tty;

    TerminalRun(Vertx vertx, AgentShells shells, ShellOrder order) {
        this.shells = shells;
        this.order = order;
        this.outlet = new Outlet(new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err),
                new Outlet.Valve() {
                    @Override
                    public void pause() {
                        bridge.hold(true);
                    }

                    @Override
                    public void resume() {
                        bridge.hold(false);
                    }

                    @Override
                    public void broken() {
                        bridge.leave();
                    }
                });
        this.bridge = new TerminalBridge(((VertxInternal) vertx).createEventLoopContext(), outlet,
                !order.shell().isEmpty() || !order.thread().isEmpty());
    }

    /** Until the shell has ended, or was left; returns the exit code. */
    int run(ShellAddress address) {
        tty = Tty.open();
        Tty.Size size = tty.size();
        var end = bridge.start(shells, address, size.columns(), size.rows());
        Signals.on("WINCH", this::measure);
        Signals.on("CONT", () -> {
            tty.resume();
            measure();
        });
        Thread.ofPlatform().daemon().name("terminal-keys").start(this::read);
        ShellEnd how = end.await();
        outlet.close(WRITE_SECONDS);
        restore();
        return tell(how);
    }

    /** Puts the terminal back into its old mode, whatever happened; any number of times, on any thread. */
    void restore() {
        if (tty != null) {
            tty.close();
        }
    }

    /** As the service names it, once it has. */
    String session(ShellAddress asked) {
        return bridge.address() == null ? asked.session() : bridge.address().session();
    }

    private void measure() {
        Tty.Size size = tty.size();
        bridge.resized(size.columns(), size.rows());
    }

    private void read() {
        byte[] piece = new byte[PIECE];
        try (InputStream keys = new FileInputStream(FileDescriptor.in)) {
            for (int count = keys.read(piece); count >= 0; count = keys.read(piece)) {
                bridge.typed(Buffer.buffer(Arrays.copyOf(piece, count)));
            }
        } catch (IOException gone) {
            // as its end: nobody sits there any more
        }
        bridge.leave();
    }

    private int tell(ShellEnd how) {
        switch (how) {
            case ShellEnd.Exited exited when exited.code().isPresent() -> {
                return exited.code().getAsInt();
            }
            case ShellEnd.Exited _ -> throw failed("AgentCore does not say how the shell ended");
            case ShellEnd.Left _ when bridge.isInterrupted() -> {
                return INTERRUPTED;
            }
            case ShellEnd.Left _ -> {
                say("detached; the shell goes on. To come back:");
                return 0;
            }
            case ShellEnd.TakenOver _ -> {
                say("To take the shell back:");
                throw new ProblemException(new Problem.Conflict("another client has taken this shell over"));
            }
            case ShellEnd.Faulty(int code) -> throw failed("AgentCore closed the connection (" + code + ")");
            case ShellEnd.Unreachable(Problem problem) -> {
                if (bridge.wasThere()) {
                    say("To try again later:");
                }
                throw new ProblemException(problem);
            }
        }
    }

    private static ProblemException failed(String why) {
        return new ProblemException(new Problem.UpstreamFailed("AgentCore", why));
    }

    private void say(String what) {
        if (!order.stop()) {
            ShellAddress address = bridge.address();
            List<String> words = new ArrayList<>(order.again());
            words.addAll(List.of("--session", address.session(), "--shell", address.shell()));
            System.err.println();
            System.err.println("[weir: " + what + "]");
            System.err.println(words.stream().map(TerminalRun::quoted).collect(Collectors.joining(" ")));
        }
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}

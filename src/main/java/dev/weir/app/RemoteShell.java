package dev.weir.app;

import dev.weir.feature.agent.AgentCommand;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellRetry;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.platform.agentcore.AgentCoreCommands;
import dev.weir.platform.agentcore.AgentCoreShells;
import dev.weir.platform.agentcore.CredentialsCache;
import dev.weir.platform.http.VertxSdkHttpClient;
import dev.weir.platform.terminal.Tty;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code weir shell}: a terminal, or a single command, in the microVM of an agent runtime's session. */
public final class RemoteShell {
    private static final int INTERRUPTED = 130;
    private static final int FAREWELL_SECONDS = 8;

    private final ShellOrder order;
    private final Vertx vertx = Vertx.vertx();
    private final VertxSdkHttpClient http = new VertxSdkHttpClient(vertx, VertxSdkHttpClient.Settings.DEFAULT);
    private final CredentialsCache credentials = CredentialsCache.ofEnvironment();
    private final ShellRetry retry = ShellRetry.aws(() -> ThreadLocalRandom.current().nextLong());
    private final AgentCoreShells shells;
    private final AtomicBoolean regular = new AtomicBoolean();

    private RemoteShell(ShellOrder order) {
        this.order = order;
        this.shells = new AgentCoreShells(vertx, order.target().config(), credentials, http, order.target().auth(),
                retry);
    }

    /** Runs until it is over and returns the exit code; throws the problem that ended it otherwise. */
    public static int run(ShellOrder order) {
        if (order.command().isEmpty() && !Tty.isThere()) {
            throw new ProblemException(new Problem.Invalid("standard input and output must be a terminal; "
                    + "a single command (-c) runs without one", List.of()));
        }
        return new RemoteShell(order).run();
    }

    private int run() {
        ShellAddress address = address();
        try {
            return order.command().isPresent() ? command(address, order.command().get()) : terminal(address);
        } finally {
            regular.set(true);
            shells.stop().await();
            http.close();
            vertx.close().await();
        }
    }

    private int command(ShellAddress address, String line) {
        AgentCoreCommands commands = new AgentCoreCommands(vertx, order.target().config(), credentials,
                order.target().auth(), retry);
        atSignal(() -> end(address.session()));
        int code = RemoteCommand.run(commands, new AgentCommand(address.session(), line, order.timeout()));
        end(address.session());
        return code;
    }

    private int terminal(ShellAddress address) {
        TerminalRun run = new TerminalRun(vertx, shells, order);
        atSignal(() -> {
            run.restore();
            end(run.session(address));
        });
        try {
            return run.run(address);
        } finally {
            run.restore();
            end(run.session(address));
        }
    }

    private ShellAddress address() {
        ShellAddress some = ShellAddress.random();
        if (!order.thread().isEmpty()) {
            ShellAddress thread = ShellAddress.ofThread(order.thread());
            // Not the shell that an ACP bridge for the same thread has.
            some = thread.sibling("term-" + thread.shell().substring(thread.shell().indexOf('-') + 1));
        }
        return new ShellAddress(order.session().isEmpty() ? some.session() : order.session(),
                order.shell().isEmpty() ? some.shell() : order.shell());
    }

    /** Ends the microVM where that is wanted; tried once, for a few seconds. */
    private void end(String session) {
        if (order.stop()) {
            try {
                shells.stop(session).await(FAREWELL_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException | ProblemException failure) {
                System.err.println("weir shell: the microVM could not be ended: " + failure.getMessage());
            }
        }
    }

    /** An ordinary end comes by here, too, and has nothing left to do. */
    private void atSignal(Runnable farewell) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (!regular.get()) {
                farewell.run();
                Runtime.getRuntime().halt(INTERRUPTED);
            }
        }, "shell-stop"));
    }
}

package dev.weir.emulator.shell;

import dev.weir.emulator.session.AwsFault;
import dev.weir.emulator.session.Ending;
import dev.weir.emulator.session.MicroVm;
import dev.weir.wire.shell.ShellLimits;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The shells of all microVMs; they end with their machine. One event loop. */
public final class Shells {
    private final Vertx vertx;
    private final Context context;
    private final Map<MicroVm, Map<String, Future<Shell>>> machines = new HashMap<>();

    public Shells(Vertx vertx, Context context) {
        this.vertx = vertx;
        this.context = context;
    }

    /** A shell, and whether it was there before. */
    public record Found(Shell shell, boolean existed) {}

    /** The machine's shell of that id, started if there was none. Fails with an {@link AwsFault}. */
    public Future<Found> find(MicroVm machine, String id) {
        Map<String, Future<Shell>> shells = machines.get(machine);
        if (shells == null) {
            Map<String, Future<Shell>> fresh = new HashMap<>();
            Consumer<Ending> onEnd = _ -> end(machine);
            if (!machine.visit(onEnd)) {
                return Future.failedFuture(AwsFault.retryableConflict());
            }
            machines.put(machine, fresh);
            shells = fresh;
        }
        Future<Shell> present = shells.get(id);
        if (present != null) {
            return present.map(shell -> new Found(shell, true));
        }
        if (shells.size() >= ShellLimits.SHELLS) {
            return Future.failedFuture(AwsFault.of(429, "ServiceQuotaExceededException",
                    "Too many active shells: at most " + ShellLimits.SHELLS + " in a session."));
        }
        return start(machine, shells, id).map(shell -> new Found(shell, false));
    }

    private Future<Shell> start(MicroVm machine, Map<String, Future<Shell>> shells, String id) {
        Promise<Shell> started = Promise.promise();
        shells.put(id, started.future());
        Thread.ofPlatform().daemon().name("shell-start").start(() -> {
            try {
                Shell shell = Shell.start(id, vertx, context, machine.directory(), () -> shells.remove(id));
                context.runOnContext(_ -> started.complete(shell));
            } catch (IOException | RuntimeException | LinkageError failure) {
                context.runOnContext(_ -> {
                    shells.remove(id);
                    started.fail(AwsFault.runtimeFailed("The shell could not be started."));
                });
            }
        });
        return started.future().compose(shell -> {
            if (machines.containsKey(machine)) {
                return Future.succeededFuture(shell);
            }
            shell.kill(); // the machine went down meanwhile
            return Future.failedFuture(AwsFault.retryableConflict());
        });
    }

    private void end(MicroVm machine) {
        Map<String, Future<Shell>> shells = machines.remove(machine);
        List.copyOf(shells.values()).forEach(shell -> shell.onSuccess(Shell::kill));
    }
}

package dev.weir.emulator;

import dev.weir.config.EmulatorConfig;
import dev.weir.emulator.session.AwsFault;
import dev.weir.emulator.session.MicroVm;
import dev.weir.emulator.shell.Shell;
import dev.weir.emulator.shell.Shells;
import dev.weir.wire.sigv4.Query;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** InvokeAgentRuntimeCommandShell: finds or starts the shell, answers 101, and hands the connection over. One event loop. */
final class ShellRelay {
    private static final String SHELL_HEADER = "X-Amzn-Bedrock-AgentCore-Shell-Id";
    private static final Pattern SHELL_ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,127}");
    private static final String PROTOCOL = "v1.command.agentcore.aws.dev";

    private final Vertx vertx;
    private final EmulatorConfig config;
    private final Shells shells;
    private int open;

    ShellRelay(Vertx vertx, EmulatorConfig config, Shells shells) {
        this.vertx = vertx;
        this.config = config;
        this.shells = shells;
    }

    int open() {
        return open;
    }

    /** The caller's request is paused; fails with an {@link AwsFault} while an HTTP answer is still possible. */
    Future<Void> connect(Call call, MicroVm machine, Query query) {
        String id = query.first("shellId").orElseGet(() -> UUID.randomUUID().toString());
        if (!SHELL_ID.matcher(id).matches()) {
            return Future.failedFuture(
                    AwsFault.invalid("shellId", "shellId must have 1 to 128 letters, digits, '_' or '-'"));
        }
        List<String> offered = Stream.of(String.join(",", call.request().headers().getAll("Sec-WebSocket-Protocol"))
                .split(",")).map(String::strip).filter(each -> !each.isEmpty()).toList();
        if (!offered.isEmpty() && !offered.contains(PROTOCOL)) {
            return Future
                    .failedFuture(AwsFault.invalid("Sec-WebSocket-Protocol", "the only subprotocol is " + PROTOCOL));
        }
        return shells.find(machine, id).compose(found -> found.shell().claim()
                ? accept(call, machine, found)
                : Future.failedFuture(AwsFault.of(409, "ConflictException",
                        "Another connection to this shell is just being made.")));
    }

    private Future<Void> accept(Call call, MicroVm machine, Shells.Found found) {
        Shell shell = found.shell();
        HttpServerResponse response = call.answer(machine.key());
        response.putHeader(SHELL_HEADER, shell.id());
        return call.request().toWebSocket().onFailure(_ -> shell.unclaim()).map(socket -> {
            socket.pause();
            open++;
            new ShellConnection(vertx, config, machine, shell, socket, () -> open--).open(found.existed());
            return null;
        });
    }
}

package dev.weir.emulator;

import dev.weir.emulator.session.Ending;
import dev.weir.emulator.session.MicroVm;
import dev.weir.emulator.shell.Command;
import dev.weir.wire.eventstream.EventMessage;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * InvokeAgentRuntimeCommand: one command in the machine, its output as an event stream at the speed the caller reads. A caller who leaves
 * takes the command with him. One event loop.
 */
final class CommandRelay implements Command.Events {
    private final Vertx vertx;
    private final Call call;
    private final MicroVm machine;
    private final Context context;
    private final Consumer<Ending> onEnd = this::sessionEnded;
    private Command command;
    private long deadline;
    private boolean owing;
    private boolean over;

    CommandRelay(Vertx vertx, Call call, MicroVm machine) {
        this.vertx = vertx;
        this.call = call;
        this.machine = machine;
        this.context = vertx.getOrCreateContext();
    }

    void start(CommandOrder order) {
        HttpServerResponse response = call.answer(machine.key());
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/vnd.amazon.eventstream").setChunked(true);
        if (!machine.visit(onEnd)) {
            fail("The session has ended.");
            return;
        }
        machine.begin();
        response.closeHandler(_ -> abandon());
        response.drainHandler(_ -> drained());
        send("contentStart", new JsonObject());
        deadline = vertx.setTimer(order.timeout().toMillis(), _ -> timedOut());
        vertx.executeBlocking(() -> Command.open(order.command(), machine.directory(), this)).onComplete(started -> {
            command = started;
            if (over) {
                started.kill();
            } else {
                started.run();
            }
        }, failure -> fail(
                failure instanceof IOException ? "The command could not be started." : "The command failed."));
    }

    /** On a thread of the command's; it waits until {@link Command#take}. */
    @Override
    public void output(String stream, String text) {
        context.runOnContext(_ -> {
            if (!over) {
                send("contentDelta", new JsonObject().put(stream, text));
                owing = true;
                if (!call.request().response().writeQueueFull()) {
                    drained();
                }
            }
        });
    }

    @Override
    public void exited(int code) {
        context.runOnContext(_ -> stop(code, "COMPLETED"));
    }

    private void drained() {
        if (owing) {
            owing = false;
            command.take();
        }
    }

    private void timedOut() {
        stop(-1, "TIMED_OUT");
        abandon();
    }

    private void stop(int code, String status) {
        if (finish()) {
            send("contentStop", new JsonObject().put("exitCode", code).put("status", status));
            call.request().response().end();
        }
    }

    private void send(String member, JsonObject content) {
        call.request().response().write(EventMessage.event("chunk", new JsonObject().put(member, content).toBuffer())
                .encode());
    }

    private void sessionEnded(Ending ended) {
        fail("The session has ended (" + ended.reason() + ").");
    }

    private void fail(String message) {
        if (finish()) {
            call.request().response().end(EventMessage.exception("runtimeClientError",
                    new JsonObject().put("message", message).toBuffer()).encode());
        }
        abandon();
    }

    private void abandon() {
        finish();
        if (command != null) {
            command.kill();
        }
    }

    private boolean finish() {
        if (over) {
            return false;
        }
        over = true;
        vertx.cancelTimer(deadline);
        machine.leave(onEnd);
        machine.finish();
        return true;
    }
}

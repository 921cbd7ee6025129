package dev.weir.emulator;

import dev.weir.emulator.interpreter.Answer;
import dev.weir.emulator.interpreter.InterpreterSession;
import dev.weir.emulator.interpreter.ToolRequest;
import dev.weir.emulator.interpreter.ToolRun;
import dev.weir.emulator.session.AwsFault;
import dev.weir.emulator.session.OffLoop;
import dev.weir.wire.eventstream.EventMessage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * InvokeCodeInterpreter: one call of a tool, its results as an event stream at the speed the caller reads. When the caller leaves, the tool
 * goes on and its results are dropped: the service has no way to break off a call but the end of its session. One event loop, beside the
 * tool's own thread.
 */
final class InterpreterRelay implements Answer {
    private static final Logger LOG = LoggerFactory.getLogger(InterpreterRelay.class);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final Call call;
    private final InterpreterSession session;
    private final Context context;
    private final Consumer<AwsFault> onEnd = this::fail;
    private final Semaphore room = new Semaphore(1);
    private boolean streaming;
    private boolean owing;
    private boolean over;

    InterpreterRelay(Vertx vertx, Call call, InterpreterSession session) {
        this.vertx = vertx;
        this.call = call;
        this.session = session;
        this.context = vertx.getOrCreateContext();
    }

    /** Completes when the tool has done its work, whether or not anybody is left to hear of it. */
    Future<Void> run(ToolRequest request, boolean throttled) {
        ToolRun tool = session.open(request, this, onEnd);
        HttpServerResponse response = call.request().response();
        response.putHeader(InterpreterDoor.SESSION_HEADER, session.id()); // also beside an error: it may be a new one
        response.closeHandler(_ -> abandon());
        response.drainHandler(_ -> drained());
        if (response.closed()) {
            abandon();
        }
        long deadline = vertx.setTimer(ToolRun.LIMIT.toMillis(), _ -> expire(tool));
        return OffLoop.call(context, "interpreter-tool", () -> {
            try (tool) {
                tool.begin();
                context.runOnContext(_ -> head());
                if (throttled) {
                    throw AwsFault.of(429, "ThrottlingException", "Rate exceeded");
                }
                tool.run();
            }
            return null;
        }).onComplete(done -> {
            vertx.cancelTimer(deadline);
            if (done.succeeded()) {
                end();
            } else if (!over) {
                fail(fault(done.cause()));
            }
        }).transform(_ -> Future.succeededFuture());
    }

    @Override
    public void next(JsonObject result) throws InterruptedException {
        Buffer message = EventMessage.event("result", result.toBuffer()).encode();
        room.acquire();
        context.runOnContext(_ -> write(message));
    }

    private void head() {
        if (!over) {
            streaming = true;
            HttpServerResponse response = call.request().response();
            response.setChunked(true).putHeader("x-amzn-RequestId", call.id())
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/vnd.amazon.eventstream").writeHead();
        }
    }

    private void write(Buffer message) {
        HttpServerResponse response = call.request().response();
        if (over) {
            room.release();
            return;
        }
        response.write(message);
        owing = true;
        if (!response.writeQueueFull()) {
            drained();
        }
    }

    private void drained() {
        if (owing) {
            owing = false;
            room.release();
        }
    }

    private void end() {
        if (finish()) {
            call.request().response().end();
        }
    }

    /** Within the stream once it has begun, in its place before. */
    private void fail(AwsFault fault) {
        if (!finish()) {
            return;
        }
        if (streaming) {
            String name = fault.name();
            String member = name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
            call.request().response().end(EventMessage.exception(member, fault.body().toBuffer()).encode());
        } else {
            call.fail(fault);
        }
    }

    private void expire(ToolRun tool) {
        OffLoop.call(context, "interpreter-expire", () -> {
            tool.expire();
            return null;
        });
        vertx.setTimer(GRACE.toMillis(), _ -> fail(AwsFault.of(500, "InternalServerException",
                "The call did not end in time.")));
    }

    private void abandon() {
        finish();
    }

    private boolean finish() {
        if (over) {
            return false;
        }
        over = true;
        session.leave(onEnd);
        room.release(Short.MAX_VALUE);
        return true;
    }

    private AwsFault fault(Throwable failure) {
        if (failure instanceof AwsFault known) {
            return known;
        }
        LOG.error("request {} failed", call.id(), failure);
        return AwsFault.of(500, "InternalServerException",
                "The emulator failed; its log has request " + call.id() + ".");
    }
}

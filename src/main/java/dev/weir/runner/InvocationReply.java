package dev.weir.runner;

import dev.weir.wire.runner.OutputText;
import dev.weir.wire.runner.RetainedEvents;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The answer to one invocation, on its event loop: the output as JSON, or all events as they come. A client that goes away cancels the
 * run, since nobody else can ask for it.
 */
final class InvocationReply {
    private static final long HEARTBEAT_MILLIS = 15_000;

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final Desk desk;
    private final Execution execution;
    private final boolean stream;
    private final Wakeup wakeup;
    private long heartbeat;
    private long read;
    private boolean gone;
    private boolean done;

    InvocationReply(Vertx vertx, HttpServerResponse response, Desk desk, Execution execution, boolean stream) {
        this.vertx = vertx;
        this.response = response;
        this.desk = desk;
        this.execution = execution;
        this.stream = stream;
        this.wakeup = new Wakeup(vertx.getOrCreateContext(), this::pump);
    }

    void begin() {
        response.closeHandler(_ -> gone());
        response.exceptionHandler(_ -> gone());
        if (stream) {
            response.setChunked(true).putHeader("content-type", "text/event-stream").putHeader("cache-control",
                    "no-store");
            response.drainHandler(_ -> pump());
            heartbeat = vertx.setPeriodic(HEARTBEAT_MILLIS, _ -> beat());
        }
        execution.events().onAppend(wakeup);
        pump();
    }

    private void beat() {
        if (!gone && !response.writeQueueFull()) {
            response.write(":\n\n");
        }
    }

    private void gone() {
        if (!done && !gone) {
            gone = true;
            execution.cancel();
            pump(); // what is left is acknowledged unread, so that the run can end
        }
    }

    private void pump() {
        while (!done && (gone || !stream || !response.writeQueueFull())) {
            RetainedEvents.Batch batch = execution.events().read(read, OutputText.MAX_BYTES);
            if (batch.encoded().isEmpty()) {
                return;
            }
            read = batch.end();
            done = batch.last();
            desk.acknowledge(execution, read);
            if (!gone) {
                deliver(batch);
            }
            if (done) {
                vertx.cancelTimer(heartbeat);
            }
        }
    }

    private void deliver(RetainedEvents.Batch batch) {
        if (stream) {
            StringBuilder text = new StringBuilder();
            batch.encoded().forEach(json -> text.append("event: ").append(parse(json).path("kind").textValue())
                    .append("\ndata: ").append(json).append("\n\n"));
            response.write(text.toString());
        }
        if (done && stream) {
            response.end();
        } else if (done) {
            conclude(parse(batch.encoded().getLast()));
        }
    }

    private void conclude(JsonNode last) {
        response.putHeader("content-type", "application/json");
        switch (last.path("kind").textValue()) {
            case "succeeded" -> response.end(last.get("output").toString());
            case "failed" -> error(last.path("error").textValue(), last.path("message").textValue());
            case "timed_out" -> error("timed_out", "the handler took longer than its timeout");
            default -> error("cancelled", "the run was cancelled");
        }
    }

    private void error(String kind, String message) {
        response.setStatusCode(500).end(errorBody(kind, message));
    }

    static String errorBody(String kind, String message) {
        ObjectNode json = ControlFrame.Json.MAPPER.createObjectNode();
        return json.put("error", kind).put("message", message).toString();
    }

    private static JsonNode parse(String json) {
        try {
            return ControlFrame.Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // we wrote it ourselves
        }
    }
}

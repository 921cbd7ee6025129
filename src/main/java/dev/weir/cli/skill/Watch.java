package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.weir.cli.client.ExitStatus;
import dev.weir.cli.client.Follower;
import dev.weir.cli.client.Gateway;
import dev.weir.cli.client.Terminal;
import java.util.Optional;
import java.util.function.BiConsumer;

/** A run before somebody's eyes. Blocking. */
record Watch(Gateway gateway, Terminal terminal, String run) {
    private static final int PAGE = 1000;

    /** Printed output as it is, messages and the result as lines of JSON. */
    void print(String type, JsonNode data) {
        switch (type) {
            case "run.output" -> terminal.print(data.path("text").asText());
            case "run.message" -> terminal.json(data);
            case "run.succeeded" -> terminal.json(data.path("output"));
            case "run.failed", "run.timed_out", "run.cancelled", "run.throttled" -> terminal.alarm("the run "
                    + (type.equals("run.failed") ? "failed" : "ended: " + type.substring(4).replace('_', ' '))
                    + (data.path("error").hasNonNull("message")
                            ? ": " + data.path("error").path("message").asText()
                            : ""));
            default -> { // that it is queued or started is nothing to see
            }
        }
    }

    /** To the end of the run; an interrupt ends the watching alone. The result is the exit code. */
    int follow(String after, BiConsumer<String, JsonNode> reader) {
        Thread farewell = new Thread(
                () -> terminal.note("\nthe run " + run + " goes on; see it with: weir skill logs -f "
                        + run));
        Runtime.getRuntime().addShutdownHook(farewell);
        try {
            Optional<String> end = new Follower(gateway, run, after, reader).follow();
            return ExitStatus.ofRun(end.orElseGet(() -> document().path("status").asText()));
        } finally {
            forget(farewell);
        }
    }

    /** What there is by now. The result is the exit code: of the run if it is over, else 0. */
    int soFar(String after, BiConsumer<String, JsonNode> reader) {
        String next = after;
        boolean more = true;
        while (more) {
            JsonNode page = gateway.get("/v1/runs/" + run + "/events?limit=" + PAGE
                    + (next.isEmpty() ? "" : "&after=" + next));
            ArrayNode events = page.withArray("/events");
            for (JsonNode event : events) {
                reader.accept(event.path("event").asText(), event.path("data"));
            }
            String last = page.path("next").asText("");
            more = !events.isEmpty() && !page.path("terminal").asBoolean() && !last.isEmpty() && !last.equals(next);
            next = last;
        }
        String status = document().path("status").asText();
        return status.equals("queued") || status.equals("running") ? ExitStatus.OK : ExitStatus.ofRun(status);
    }

    JsonNode document() {
        return gateway.get("/v1/runs/" + run);
    }

    private static void forget(Thread farewell) {
        try {
            Runtime.getRuntime().removeShutdownHook(farewell);
        } catch (IllegalStateException _) {
            // the process is ending: the farewell is being said
        }
    }
}

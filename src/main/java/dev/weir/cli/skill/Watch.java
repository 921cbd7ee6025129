package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.weir.cli.client.ExitCode;
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
            case "run.message" -> terminal.json(data.path("message"));
            case "run.succeeded" -> terminal.json(data.path("output"));
            case "run.failed", "run.timed_out", "run.cancelled", "run.throttled" ->
                alarm(terminal, type.substring("run.".length()), data);
            case "stream.reset" -> terminal.note("(the gateway has lost the place: from the start again)");
            default -> { // that it is queued or started is nothing to see
            }
        }
    }

    /** That a run ended otherwise than well. */
    static void alarm(Terminal terminal, String status, JsonNode run) {
        String message = run.path("error").path("message").asText("");
        terminal.alarm("the run " + (status.equals("failed") ? "failed" : "was ended: " + status.replace('_', ' '))
                + (message.isEmpty() ? "" : ": " + message));
    }

    /** To the end of the run. The result is the exit code. */
    int follow(String after, BiConsumer<String, JsonNode> reader) {
        Optional<String> end = new Follower(gateway, run, after, reader).follow();
        return ExitCode.ofRun(end.orElseGet(() -> document().path("status").asText()));
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
        return status.equals("queued") || status.equals("running") ? ExitCode.OK : ExitCode.ofRun(status);
    }

    JsonNode document() {
        return gateway.get("/v1/runs/" + run);
    }
}

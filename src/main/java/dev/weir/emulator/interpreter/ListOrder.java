package dev.weir.emulator.interpreter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.emulator.session.AwsFault;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The body of ListCodeInterpreterSessions.
 *
 * @param before only sessions with a smaller number; what a page's token says
 */
record ListOrder(int count, Optional<String> status, long before) {
    private static final int RESULTS = 10;
    private static final int MAX_RESULTS = 100;
    private static final String TOKEN = "before-";

    /** Throws ValidationException. */
    static ListOrder of(Buffer body) {
        JsonNode request = InterpreterInput.object(body);
        Optional<String> status = InterpreterInput.text(request, "status");
        if (status.isPresent() && !Set.of("READY", "TERMINATED").contains(status.get())) {
            throw AwsFault.invalid("status", "status must be READY or TERMINATED");
        }
        return new ListOrder(InterpreterInput.number(request, "maxResults", 1, MAX_RESULTS).orElse(RESULTS), status,
                InterpreterInput.text(request, "nextToken").map(ListOrder::number).orElse(Long.MAX_VALUE));
    }

    /** @param newestFirst all sessions of the interpreter */
    JsonObject page(List<InterpreterSession> newestFirst) {
        List<InterpreterSession> found = newestFirst.stream().filter(session -> session.number() < before)
                .filter(session -> status.isEmpty() || status.get().equals(session.status()))
                .limit(count + 1L).toList();
        JsonArray items = new JsonArray();
        found.stream().limit(count).forEach(session -> items.add(session.summary()));
        JsonObject page = new JsonObject().put("items", items);
        return found.size() > count ? page.put("nextToken", TOKEN + found.get(count - 1).number()) : page;
    }

    private static long number(String nextToken) {
        if (!nextToken.matches(TOKEN + "[0-9]{1,18}")) {
            throw AwsFault.invalid("nextToken", "nextToken must be one that was given");
        }
        return Long.parseLong(nextToken.substring(TOKEN.length()));
    }
}

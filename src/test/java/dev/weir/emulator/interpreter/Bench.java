package dev.weir.emulator.interpreter;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** A session without a service around it: tools are called by their names and JSON arguments. */
final class Bench implements AutoCloseable {
    private static final Programs PROGRAMS = new Programs();

    final Toolbox toolbox;

    Bench(Path root) throws IOException {
        toolbox = new Toolbox(root.resolve("session"), PROGRAMS);
    }

    static JsonObject arguments(String name, Object value) {
        return new JsonObject().put(name, value);
    }

    Path work() {
        return toolbox.files().work();
    }

    Heard python(String code) throws Exception {
        return code(code, "python", "python");
    }

    Heard code(String code, String language, String runtime) throws Exception {
        return call("executeCode",
                new JsonObject().put("code", code).put("language", language).put("runtime", runtime));
    }

    Heard command(String line) throws Exception {
        return call("executeCommand", arguments("command", line));
    }

    Heard call(String name, JsonObject arguments) throws Exception {
        return call(name, arguments, _ -> {});
    }

    /** @param each sees every event as it comes */
    Heard call(String name, JsonObject arguments, Consumer<JsonObject> each) throws Exception {
        List<JsonObject> events = Collections.synchronizedList(new ArrayList<>());
        ToolRequest request = ToolRequest.of(
                Buffer.buffer(new JsonObject().put("name", name).put("arguments", arguments).encode()));
        try (ToolRun run = new ToolRun(toolbox, request.order(), event -> {
            events.add(event);
            each.accept(event);
        })) {
            run.begin();
            run.run();
        }
        return new Heard(List.copyOf(events));
    }

    @Override
    public void close() throws IOException {
        toolbox.end();
    }

    /** All events of an answer. */
    record Heard(List<JsonObject> events) {
        JsonObject structured() {
            return events.getLast().getJsonObject("structuredContent");
        }

        String stdout() {
            return structured().getString("stdout");
        }

        String stderr() {
            return structured().getString("stderr");
        }

        int exitCode() {
            return structured().getInteger("exitCode");
        }

        boolean isError() {
            return events.getLast().getBoolean("isError");
        }

        List<JsonObject> content() {
            return events.stream().map(event -> event.getJsonArray("content")).flatMap(JsonArray::stream)
                    .map(JsonObject.class::cast).toList();
        }

        /** The text blocks, one after the other. */
        String text() {
            StringBuilder all = new StringBuilder();
            content().stream().filter(block -> "text".equals(block.getString("type")))
                    .forEach(block -> all.append(block.getString("text")));
            return all.toString();
        }
    }
}

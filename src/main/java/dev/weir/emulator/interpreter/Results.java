package dev.weir.emulator.interpreter;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/** The JSON of {@code result} events and their blocks (AWS: CodeInterpreterResult). */
final class Results {
    private Results() {}

    static JsonObject of(JsonArray content, boolean isError) {
        return new JsonObject().put("content", content).put("isError", isError);
    }

    static JsonObject said(String text, boolean isError) {
        return of(new JsonArray().add(text(text)), isError);
    }

    static JsonObject text(String text) {
        return new JsonObject().put("type", "text").put("text", wellFormed(text));
    }

    static JsonObject picture(String base64) {
        return new JsonObject().put("type", "image").put("data", base64).put("mimeType", "image/png");
    }

    static JsonObject output(String stdout, String stderr) {
        return new JsonObject().put("stdout", wellFormed(stdout)).put("stderr", wellFormed(stderr));
    }

    /** Programs may put out half a surrogate pair, and JSON in UTF-8 has no such thing. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}

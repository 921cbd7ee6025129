package dev.weir.wire.jsonrpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Reads the envelope of a line, all of which must be JSON in UTF-8. Only names, ids and session ids become objects; what is large is walked
 * over. Duplicate keys are legal JSON: the last one counts.
 */
public final class EnvelopeReader {
    private static final int MAX_DEPTH = 1000;
    private static final int MAX_ID = 2048;
    private static final JsonFactory FACTORY = JsonFactory.builder().streamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE).maxNameLength(64 * 1024).build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES).disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .build();

    private final byte[] line;
    private String id;
    private String method = "";
    private String session = "";
    private boolean version;
    private boolean hasResult;
    private boolean hasError;

    private EnvelopeReader(byte[] line) {
        this.line = line;
    }

    /** What {@code line} is; never fails. */
    public static Envelope read(byte[] line) {
        EnvelopeReader reader = new EnvelopeReader(line);
        try (JsonParser parser = FACTORY.createParser(line)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return new Envelope.NotJson();
            }
            if (first != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return parser.nextToken() == null
                        ? new Envelope.Invalid("null", "not a JSON object")
                        : new Envelope.NotJson();
            }
            reader.walk(parser);
            return parser.nextToken() == null ? reader.verdict() : new Envelope.NotJson();
        } catch (IOException | IllegalArgumentException broken) {
            return new Envelope.NotJson();
        }
    }

    /** The id in the beginning of a line that is too long to be kept; {@code null} as text if there is none. */
    public static String idIn(byte[] beginning) {
        EnvelopeReader reader = new EnvelopeReader(beginning);
        try (JsonParser parser = FACTORY.createParser(beginning)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                reader.walk(parser);
            }
        } catch (IOException cut) {
            return reader.id == null ? "null" : reader.id;
        }
        return reader.id == null ? "null" : reader.id;
    }

    private void walk(JsonParser parser) throws IOException {
        Deque<String> path = new ArrayDeque<>();
        String name = "";
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            switch (token) {
                case FIELD_NAME -> name = parser.currentName();
                case START_OBJECT, START_ARRAY -> {
                    begin(path, name);
                    path.addLast(token == JsonToken.START_OBJECT ? name : "[]");
                }
                case END_OBJECT, END_ARRAY -> {
                    if (path.isEmpty()) {
                        return;
                    }
                    path.removeLast();
                }
                default -> value(parser, path, name, token);
            }
        }
    }

    private void begin(Deque<String> path, String name) {
        if (path.isEmpty()) {
            hasResult |= name.equals("result");
            hasError |= name.equals("error");
            if (name.equals("id")) {
                id = "";
            }
        }
    }

    private void value(JsonParser parser, Deque<String> path, String name, JsonToken token) throws IOException {
        if (path.isEmpty()) {
            switch (name) {
                case "jsonrpc" -> version = token == JsonToken.VALUE_STRING && parser.getText().equals("2.0");
                case "method" -> method = token == JsonToken.VALUE_STRING ? parser.getText() : "";
                case "id" -> id = token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE ? "" : raw(parser);
                case "result" -> hasResult = true;
                case "error" -> hasError = true;
                default -> {
                    // somebody else's
                }
            }
        } else if (path.size() == 1 && name.equals("sessionId") && token == JsonToken.VALUE_STRING
                && (path.getFirst().equals("params") || path.getFirst().equals("result"))) {
            session = parser.getText();
        }
    }

    /** The token as it stands; too long ones are no ids. */
    private String raw(JsonParser parser) throws IOException {
        parser.finishToken();
        int from = (int) parser.currentTokenLocation().getByteOffset();
        int to = (int) parser.currentLocation().getByteOffset();
        return to - from > MAX_ID ? "" : new String(line, from, to - from, StandardCharsets.UTF_8).strip();
    }

    private Envelope verdict() {
        String shown = id == null || id.isEmpty() ? "null" : id;
        if (!version) {
            return new Envelope.Invalid(shown, "jsonrpc is not \"2.0\"");
        }
        if (id != null && id.isEmpty()) {
            return new Envelope.Invalid("null", "the id is neither a string nor a number");
        }
        if (!method.isEmpty() && !hasResult && !hasError) {
            if (id == null) {
                return new Envelope.Notification(method, session);
            }
            return id.equals("null")
                    ? new Envelope.Invalid("null", "the id of a request is null")
                    : new Envelope.Request(id, method, session);
        }
        if (method.isEmpty() && id != null && hasResult != hasError) {
            return new Envelope.Response(id, hasError, session);
        }
        return new Envelope.Invalid(shown, "neither a request, a notification nor a response");
    }
}

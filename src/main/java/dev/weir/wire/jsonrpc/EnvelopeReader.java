package dev.weir.wire.jsonrpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Reads the envelope of a line, all of which must be JSON in UTF-8, perhaps behind a byte order mark. Only names, ids and session ids become
 * objects; what is large is walked over. Duplicate keys are legal JSON: the last one counts.
 *
 * <p>The bytes are decoded here, since Jackson would take a line with zeros in it for UTF-16 or UTF-32; and it keeps no table of the names
 * that it meets, which a line of a million names would make it grow.
 */
public final class EnvelopeReader {
    private static final int MAX_DEPTH = 1000;
    private static final int MAX_ID = 2048;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final JsonFactory FACTORY = JsonFactory.builder().streamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE).maxNameLength(64 * 1024).build())
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    /** Libraries of JSON-RPC 1.0 send both of result and error, one of them null: that one counts for nothing. */
    private enum Presence {
        ABSENT, NULL, VALUE
    }

    private String id;
    private String method = "";
    private String session = "";
    private boolean version;
    private Presence result = Presence.ABSENT;
    private Presence error = Presence.ABSENT;

    private EnvelopeReader() {}

    /** What {@code line} is; never fails. */
    public static Envelope read(byte[] line) {
        EnvelopeReader reader = new EnvelopeReader();
        try (JsonParser parser = FACTORY.createParser(text(line, CodingErrorAction.REPORT))) {
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
        } catch (IOException | RuntimeException broken) {
            return new Envelope.NotJson();
        }
    }

    /**
     * What the beginning of a line is, or a line that {@link #read} finds fault with: a notification where no id has come yet. Of what
     * comes after the beginning nothing is known.
     */
    public static Envelope begun(byte[] beginning) {
        EnvelopeReader reader = new EnvelopeReader();
        try (JsonParser parser = FACTORY.createParser(text(beginning, CodingErrorAction.REPLACE))) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                reader.walk(parser);
            }
        } catch (IOException | RuntimeException cut) {
            return reader.kind();
        }
        return reader.kind();
    }

    private Envelope kind() {
        if (result != Presence.ABSENT || error != Presence.ABSENT) {
            return new Envelope.Response(shownId(), error != Presence.ABSENT, session);
        }
        if (method.isEmpty()) {
            return new Envelope.Invalid(shownId(), "neither a method nor a result");
        }
        return shownId().equals("null")
                ? new Envelope.Notification(method, session)
                : new Envelope.Request(id, method, session);
    }

    private static Reader text(byte[] line, CodingErrorAction onError) {
        int from = 0;
        while (from < BYTE_ORDER_MARK.length && from < line.length && line[from] == BYTE_ORDER_MARK[from]) {
            from++;
        }
        from = from == BYTE_ORDER_MARK.length ? from : 0;
        return new InputStreamReader(new ByteArrayInputStream(line, from, line.length - from),
                StandardCharsets.UTF_8.newDecoder().onMalformedInput(onError).onUnmappableCharacter(onError));
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
            switch (name) {
                case "result" -> result = Presence.VALUE;
                case "error" -> error = Presence.VALUE;
                case "id" -> id = "";
                default -> {
                    // somebody else's
                }
            }
        }
    }

    private void value(JsonParser parser, Deque<String> path, String name, JsonToken token) throws IOException {
        if (path.isEmpty()) {
            switch (name) {
                case "jsonrpc" -> version = token == JsonToken.VALUE_STRING && parser.getText().equals("2.0");
                case "method" -> method = token == JsonToken.VALUE_STRING ? parser.getText() : "";
                case "id" -> id = id(parser, token);
                case "result" -> result = token == JsonToken.VALUE_NULL ? Presence.NULL : Presence.VALUE;
                case "error" -> error = token == JsonToken.VALUE_NULL ? Presence.NULL : Presence.VALUE;
                default -> {
                    // somebody else's
                }
            }
        } else if (path.size() == 1 && name.equals("sessionId") && token == JsonToken.VALUE_STRING
                && (path.getFirst().equals("params") || path.getFirst().equals("result"))) {
            session = parser.getText();
        }
    }

    /** Too long ones are no ids. */
    private static String id(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "";
            case VALUE_STRING -> parser.getTextLength() > MAX_ID ? "" : quoted(parser.getText());
            default -> parser.getTextLength() > MAX_ID ? "" : parser.getText();
        };
    }

    /** The one way in which we write a string, however it was escaped when it came. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(each -> {
            if (each == '"' || each == '\\') {
                quoted.append('\\').append((char) each);
            } else if (each < ' ' || Character.getType(each) == Character.SURROGATE) {
                quoted.append(String.format("\\u%04x", each));
            } else {
                quoted.appendCodePoint(each);
            }
        });
        return quoted.append('"').toString();
    }

    private String shownId() {
        return id == null || id.isEmpty() ? "null" : id;
    }

    private Envelope verdict() {
        if (!version) {
            return new Envelope.Invalid(shownId(), "jsonrpc is not \"2.0\"");
        }
        if (id != null && id.isEmpty()) {
            return new Envelope.Invalid("null", "the id is neither a string nor a number");
        }
        boolean valued = result == Presence.VALUE || error == Presence.VALUE;
        if (!method.isEmpty() && !valued) {
            if (id == null) {
                return new Envelope.Notification(method, session);
            }
            return id.equals("null")
                    ? new Envelope.Invalid("null", "the id of a request is null")
                    : new Envelope.Request(id, method, session);
        }
        return method.isEmpty()
                ? answer()
                : new Envelope.Invalid(shownId(), "neither a request, a notification nor a response");
    }

    private Envelope answer() {
        boolean bad = error == Presence.VALUE || (error == Presence.NULL && result == Presence.ABSENT);
        boolean good = result == Presence.VALUE || (result == Presence.NULL && !bad);
        if (bad != good && (id != null || bad)) { // an error without an id is one, too: answering it would go on for ever
            return new Envelope.Response(shownId(), bad, session);
        }
        return new Envelope.Invalid(shownId(), "neither a request, a notification nor a response");
    }
}

package dev.weir.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads server-sent events (WHATWG HTML, 9.2) one by one; one that the connection broke off is none. */
final class EventLines {
    /** Of one event; longer ones are broken off as if the connection were. */
    static final int MAX_EVENT = 32 * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final InputStream stream;
    private volatile long heard = System.nanoTime();
    private boolean afterReturn;
    private int bytes;

    EventLines(InputStream stream) {
        this.stream = new BufferedInputStream(stream);
    }

    /** One event; the id is empty where it had none. */
    record Event(String id, String type, JsonNode data) {}

    /**
     * Empty at the stream's end.
     *
     * @throws com.fasterxml.jackson.core.JsonProcessingException if an event's data is no JSON
     */
    Optional<Event> next() throws IOException {
        String id = "";
        String type = "message";
        StringBuilder data = new StringBuilder();
        bytes = 0;
        for (Optional<String> read = line(); read.isPresent(); read = line()) {
            String line = read.get();
            if (line.isEmpty() && !data.isEmpty()) {
                return Optional.of(new Event(id, type, JSON.readTree(data.toString())));
            }
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
            switch (name) {
                case "" -> bytes = data.isEmpty() ? 0 : bytes; // comments may come for ever
                case "id" -> id = value;
                case "event" -> type = value;
                case "data" -> data.append(value).append('\n');
                default -> { // a field we do not need
                }
            }
        }
        return Optional.empty();
    }

    /** Nanoseconds since the last byte. Any thread may ask. */
    long silence() {
        return System.nanoTime() - heard;
    }

    /** Without its end, which is LF, CR or both. */
    private Optional<String> line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int each = stream.read(); each >= 0; each = stream.read()) {
            heard = System.nanoTime();
            boolean secondHalf = afterReturn && each == '\n';
            afterReturn = each == '\r';
            if (secondHalf) {
                continue;
            }
            if (each == '\n' || each == '\r') {
                return Optional.of(line.toString(StandardCharsets.UTF_8));
            }
            line.write(each);
            if (++bytes > MAX_EVENT) {
                throw new IOException("an event has more than " + MAX_EVENT + " bytes");
            }
        }
        return Optional.empty();
    }
}

package dev.weir.wire.sigv4;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request as it stood on the wire.
 *
 * @param rawPath the path with its percent-encoding untouched
 * @param rawQuery what follows the {@code ?}, untouched; empty if there was none
 * @param headers values by lower-case name, in the order they came
 * @param bodyHash lower-case hex SHA-256 of the body that was received
 */
public record SignedRequest(
        String method,
        String rawPath,
        String rawQuery,
        Map<String, List<String>> headers,
        String bodyHash) {
    /** SHA-256 of no bytes at all, which is what a WebSocket upgrade signs. */
    public static final String EMPTY_BODY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    public SignedRequest {
        headers = Map.copyOf(headers);
    }

    /** From a request line and its header fields; {@code target} is the path and, after a {@code ?}, the query. */
    public static SignedRequest of(String method, String target, Iterable<Map.Entry<String, String>> headers,
            String bodyHash) {
        Map<String, List<String>> byName = new TreeMap<>();
        for (Map.Entry<String, String> header : headers) {
            byName.computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(header.getValue());
        }
        int mark = target.indexOf('?');
        return mark < 0
                ? new SignedRequest(method, target, "", byName, bodyHash)
                : new SignedRequest(method, target.substring(0, mark), target.substring(mark + 1), byName, bodyHash);
    }

    /** The first value of a header, or null. */
    String header(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : values.getFirst();
    }

    /** Without values: a query may carry a signature, a header a credential. */
    @Override
    public String toString() {
        return "SignedRequest[" + method + ' ' + headers.keySet() + ']';
    }
}

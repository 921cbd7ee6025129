package dev.weir.app;

import dev.weir.wire.signedurl.SignedUrls;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Request targets as the verifier of signed URLs wants them. */
final class SignedRequests {
    private SignedRequests() {}

    /** Whether {@code uri} (path and query as sent) was signed for {@code method} and is in date. */
    static boolean verify(SignedUrls urls, String method, String uri, Instant now) {
        int mark = uri.indexOf('?');
        if (mark < 0) {
            return false;
        }
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : uri.substring(mark + 1).split("&", 10)) {
            int equals = pair.indexOf('=');
            if (equals < 0 || query.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
                return false;
            }
        }
        return urls.verify(method, uri.substring(0, mark), query, now) instanceof SignedUrls.Verdict.Granted;
    }
}

package dev.weir.edge.stream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a request's head must hold before anything acts on it, beyond what Netty's decoder asks (RFC 9112). Two readers of one connection (a
 * load balancer and this gateway) must not come to disagree where a request ends, or for whom it is.
 */
final class RequestRules {
    private static final Set<HttpMethod> NEVER = Set.of(HttpMethod.TRACE, HttpMethod.CONNECT);
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~%!$&'()*+,;=:\\[\\]-]{1,255}");

    private RequestRules() {}

    /** Throws a {@link Refusal} that says which rule was broken. */
    static void check(HttpRequest request) {
        HttpHeaders headers = request.headers();
        boolean http11 = HttpVersion.HTTP_1_1.equals(request.protocolVersion());
        demand(!NEVER.contains(request.method()), HttpResponseStatus.METHOD_NOT_ALLOWED,
                "this method is never allowed");
        demand(isOriginForm(request.uri()), "the request target is a path");

        demand(!hasNamelessHeader(headers), "a header has a name");

        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        demand(hosts.size() == 1 || (hosts.isEmpty() && !http11), "exactly one Host header is needed");
        demand(hosts.isEmpty() || HOST.matcher(hosts.getFirst()).matches(), "the Host header is not a host");

        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        demand(codings.isEmpty()
                || (codings.size() == 1
                        && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst().strip())),
                "the only transfer coding is chunked");
        demand(codings.isEmpty() || (http11 && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)),
                "a body has either a length or chunks");
    }

    /** Netty takes a line that starts with the colon. */
    private static boolean hasNamelessHeader(HttpHeaders headers) {
        Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
        while (all.hasNext()) {
            if (all.next().getKey().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** A path and perhaps a query, of the characters that a URI may have. */
    private static boolean isOriginForm(String target) {
        return target.startsWith("/") && target.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#' && c != '\\');
    }

    private static void demand(boolean held, String otherwise) {
        demand(held, HttpResponseStatus.BAD_REQUEST, otherwise);
    }

    private static void demand(boolean held, HttpResponseStatus status, String otherwise) {
        if (!held) {
            throw new Refusal(status, otherwise);
        }
    }
}

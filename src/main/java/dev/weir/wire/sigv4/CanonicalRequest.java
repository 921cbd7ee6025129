package dev.weir.wire.sigv4;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The text that both sides hash (AWS: "Create a signed AWS API request"). The path is encoded once more than it was on the wire, which
 * every service but S3 asks for; an ARN's {@code %3A} becomes {@code %253A}. Dot segments are not resolved: no operation here has any.
 */
final class CanonicalRequest {
    private CanonicalRequest() {}

    static String of(SignedRequest request, Query query, List<String> signedHeaders, String payloadHash) {
        String headers = signedHeaders.stream()
                .map(name -> name + ':' + canonicalValue(request.headers(), name) + '\n')
                .collect(Collectors.joining());
        return String.join("\n", request.method(), canonicalPath(request.rawPath()), canonicalQuery(query), headers,
                String.join(";", signedHeaders), payloadHash);
    }

    private static String canonicalPath(String rawPath) {
        return rawPath.isEmpty() ? "/" : PercentCoding.encode(rawPath).replace("%2F", "/");
    }

    private static String canonicalQuery(Query query) {
        return query.parameters().stream()
                .filter(parameter -> !parameter.name().equals(Claim.SIGNATURE_PARAMETER))
                .map(parameter -> new Query.Parameter(PercentCoding.encode(parameter.name()),
                        PercentCoding.encode(parameter.value())))
                .sorted(Comparator.comparing(Query.Parameter::name).thenComparing(Query.Parameter::value))
                .map(parameter -> parameter.name() + '=' + parameter.value())
                .collect(Collectors.joining("&"));
    }

    private static String canonicalValue(Map<String, List<String>> headers, String name) {
        return headers.getOrDefault(name, List.of()).stream()
                .map(value -> value.strip().replaceAll(" +", " "))
                .collect(Collectors.joining(","));
    }
}

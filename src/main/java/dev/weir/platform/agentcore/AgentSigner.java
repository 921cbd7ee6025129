package dev.weir.platform.agentcore;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * SigV4 for the operations that the SDK for Java does not have: the two WebSockets (agent {@code /ws} and command shell
 * {@code /ws/shells}) and {@code /commands}. Takes the http or https form of the URL, with the ARN percent-encoded once in its path; the signer encodes the path a second time for the canonical
 * request, as AgentCore expects. Does no I/O; one signature costs some 15 microseconds.
 */
public final class AgentSigner {
    /** Longer ones are refused by the AWS helpers for presigned WebSocket URLs. */
    public static final Duration LONGEST_EXPIRY = Duration.ofMinutes(5);

    private static final String SERVICE = "bedrock-agentcore";

    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final String region;
    private final Clock clock;

    public AgentSigner(String region, Clock clock) {
        this.region = region;
        this.clock = clock;
    }

    /**
     * Signs a GET upgrade with headers.
     *
     * @param extra headers to send and to sign besides {@code Host}, such as the session id
     * @return all headers to send: {@code extra}, Host, X-Amz-Date, x-amz-content-sha256, Authorization, and X-Amz-Security-Token where
     *         the credentials have one
     */
    public Map<String, String> headers(AwsCredentialsIdentity credentials, URI target, Map<String, String> extra) {
        SdkHttpFullRequest.Builder request = to(target, SdkHttpMethod.GET);
        extra.forEach(request::putHeader);
        return headersOf(common(credentials, request.build()).build());
    }

    /** Signs a POST of {@code body} in the same way. */
    public Map<String, String> post(AwsCredentialsIdentity credentials, URI target, Map<String, String> extra,
            byte[] body) {
        SdkHttpFullRequest.Builder request = to(target, SdkHttpMethod.POST);
        extra.forEach(request::putHeader);
        return headersOf(common(credentials, request.build()).payload(ContentStreamProvider.fromByteArray(body))
                .build());
    }

    /**
     * Signs a GET upgrade in its query; a session id has to be in the query already. The result is a secret for as long as it lives.
     *
     * @param expiry until which the upgrade may start, 1 to 300 s
     */
    public URI presign(AwsCredentialsIdentity credentials, URI target, Duration expiry) {
        if (expiry.compareTo(LONGEST_EXPIRY) > 0 || expiry.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("a presigned upgrade lives 1 to 300 s");
        }
        return signer.sign(common(credentials, to(target, SdkHttpMethod.GET).build())
                .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, expiry)
                .build()).request().getUri();
    }

    private Map<String, String> headersOf(SignRequest<AwsCredentialsIdentity> order) {
        Map<String, String> all = new LinkedHashMap<>();
        signer.sign(order).request().forEachHeader((name, values) -> all.put(name, String.join(",", values)));
        return all;
    }

    private SignRequest.Builder<AwsCredentialsIdentity> common(AwsCredentialsIdentity credentials,
            SdkHttpFullRequest request) {
        return SignRequest.builder(credentials)
                .request(request)
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                .putProperty(HttpSigner.SIGNING_CLOCK, clock);
    }

    private static SdkHttpFullRequest.Builder to(URI target, SdkHttpMethod method) {
        SdkHttpFullRequest.Builder request = SdkHttpFullRequest.builder()
                .method(method)
                .protocol(target.getScheme())
                .host(target.getHost())
                .encodedPath(target.getRawPath());
        if (target.getPort() >= 0) {
            request.port(target.getPort());
        }
        query(target).forEach(request::putRawQueryParameter);
        return request;
    }

    private static Map<String, List<String>> query(URI target) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        if (target.getRawQuery() != null) {
            for (String pair : List.of(target.getRawQuery().split("&"))) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                query.put(decoded(name), List.of(decoded(value)));
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

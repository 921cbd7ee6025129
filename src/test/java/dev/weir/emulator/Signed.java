package dev.weir.emulator;

import dev.weir.emulator.process.Credentials;
import io.vertx.core.MultiMap;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Signs with the AWS SDK's signer, which knows nothing of our verifier. */
record Signed(Credentials credentials, Clock clock) {
    /** The headers of a request as the SDK would send it. */
    MultiMap headers(String method, URI uri, String body, Map<String, String> headers) {
        SdkHttpRequest signed = sign(method, uri, body, headers, Duration.ZERO).request();
        MultiMap result = MultiMap.caseInsensitiveMultiMap();
        signed.headers().forEach((name, values) -> result.add(name, values));
        return result.remove("Host");
    }

    /** The path and query of a presigned GET. */
    String presigned(URI uri, Duration expiry) {
        URI signed = sign("GET", uri, "", Map.of(), expiry).request().getUri();
        return signed.getRawPath() + '?' + signed.getRawQuery();
    }

    private SignedRequest sign(String method, URI uri, String body, Map<String, String> headers, Duration expiry) {
        SdkHttpFullRequest.Builder request = SdkHttpFullRequest.builder().method(SdkHttpMethod.fromValue(method))
                .uri(uri);
        headers.forEach(request::putHeader);
        return AwsV4HttpSigner.create().sign(signing -> {
            signing.identity(AwsCredentialsIdentity.create(credentials.accessKeyId(),
                    credentials.secretAccessKey().reveal()))
                    .request(request.build())
                    .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "bedrock-agentcore")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                    .putProperty(HttpSigner.SIGNING_CLOCK, clock);
            if (!body.isEmpty()) {
                signing.payload(ContentStreamProvider.fromByteArray(body.getBytes(StandardCharsets.UTF_8)));
            }
            if (!expiry.isZero()) {
                signing.putProperty(AwsV4FamilyHttpSigner.AUTH_LOCATION,
                        AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, expiry);
            }
        });
    }
}

package dev.weir.platform.agentcore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** Against signatures that botocore's signer computed for the same input. */
class AgentSignerTest {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final AwsSessionCredentials SESSION = AwsSessionCredentials.create("AKIDEXAMPLE", SECRET,
            "SESSIONTOKENEXAMPLE");
    private static final String PATH = "/runtimes/arn%3Aaws%3Abedrock-agentcore%3Aus-west-2%3A123456789012%3Aruntime%2F"
            + "demo-AbCdEf0123/ws/shells";
    private static final String HOST = "bedrock-agentcore.us-west-2.amazonaws.com";
    private static final String HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id";
    private static final String ID = "0123456789abcdef0123456789abcdef01";
    private static final String QUERY = "qualifier=DEFAULT&shellId=shell-1";
    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final String SCOPE = "20260102/us-west-2/bedrock-agentcore/aws4_request";

    private final AgentSigner signer = new AgentSigner("us-west-2",
            Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));

    @Test
    void presignsAsBotocoreDoes() {
        URI signed = signer.presign(SESSION,
                URI.create("https://" + HOST + PATH + "?" + QUERY + "&" + HEADER + "=" + ID),
                Duration.ofMinutes(5));
        assertThat(signed.getRawPath()).isEqualTo(PATH);
        assertThat(signed.getRawQuery().split("&")).contains(
                "X-Amz-Signature=2eb39c1ab225e72743f6e6cb9063102cedab1a03f46a6f39a354a91b5fcfe1d0",
                "X-Amz-Expires=300", "X-Amz-SignedHeaders=host", "X-Amz-Date=20260102T030405Z", HEADER + "=" + ID);
        assertThat(signed.getHost()).isEqualTo(HOST);
    }

    @Test
    void signsHeadersAsBotocoreDoesWithThePayloadHashAdded() throws Exception {
        Map<String, String> headers = signer.headers(SESSION, URI.create("https://" + HOST + PATH + "?" + QUERY),
                Map.of(HEADER, ID));
        Map<String, String> signed = new TreeMap<>(Map.of("host", HOST, "x-amz-date", "20260102T030405Z",
                "x-amz-security-token", "SESSIONTOKENEXAMPLE", HEADER.toLowerCase(java.util.Locale.ROOT), ID));
        // The arithmetic of this test itself is right: it gives botocore's signature for botocore's headers ...
        assertThat(signature(signed))
                .isEqualTo("85721f77026394feb85a4dec1e99c34de320e1e31d069869692457976c7f4663");
        // ... so it is the measure for the headers that the Java signer insists on.
        signed.put("x-amz-content-sha256", EMPTY);
        assertThat(headers.get("Authorization"))
                .isEqualTo("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" + SCOPE + ", SignedHeaders="
                        + String.join(";", signed.keySet()) + ", Signature=" + signature(signed));
        assertThat(headers).containsEntry(HEADER, ID).containsEntry("Host", HOST)
                .containsEntry("x-amz-content-sha256", EMPTY)
                .containsEntry("X-Amz-Security-Token", "SESSIONTOKENEXAMPLE");
    }

    @Test
    void namesThePortWhereItIsNotTheSchemesOwn() {
        AwsBasicCredentials fixed = AwsBasicCredentials.create("AKIDEXAMPLE", SECRET);
        assertThat(signer.headers(fixed, URI.create("http://127.0.0.1:8077/x?a=b"), Map.of()))
                .containsEntry("Host", "127.0.0.1:8077").doesNotContainKey("X-Amz-Security-Token");
        assertThat(signer.headers(fixed, URI.create("https://example.com:443/x"), Map.of()))
                .containsEntry("Host", "example.com");
    }

    @Test
    void refusesLongLivedUrls() {
        assertThatThrownBy(() -> signer.presign(SESSION, URI.create("https://" + HOST + PATH), Duration.ofSeconds(301)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String signature(Map<String, String> headers) throws Exception {
        StringBuilder canonical = new StringBuilder("GET\n").append(PATH.replace("%", "%25")).append('\n').append(QUERY)
                .append('\n');
        headers.forEach((name, value) -> canonical.append(name).append(':').append(value).append('\n'));
        canonical.append('\n').append(String.join(";", headers.keySet())).append('\n').append(EMPTY);
        String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                .digest(canonical.toString().getBytes(StandardCharsets.UTF_8)));
        byte[] key = ("AWS4" + SECRET).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of("20260102", "us-west-2", "bedrock-agentcore", "aws4_request")) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(hmac(key, "AWS4-HMAC-SHA256\n20260102T030405Z\n" + SCOPE + "\n" + digest));
    }

    private static byte[] hmac(byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}

package dev.weir.wire.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.kernel.Redacted;
import dev.weir.wire.sigv4.Verdict.Accepted;
import dev.weir.wire.sigv4.Verdict.Reason;
import dev.weir.wire.sigv4.Verdict.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against vectors that botocore's signer computed. */
class VerifierTest {
    private static final Instant SIGNED_AT = Instant.parse("2026-01-02T03:04:05Z");
    private static final String SESSION = "0123456789abcdef0123456789abcdef01";
    private static final String SESSION_NAME = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id";
    private static final String PATH = "/runtimes/arn%3Aaws%3Abedrock-agentcore%3Aus-west-2%3A123456789012"
            + "%3Aruntime%2Fdemo-AbCdEf0123/ws/shells";
    private static final String SCOPE = "20260102/us-west-2/bedrock-agentcore/aws4_request";
    private static final String SIGNED_HEADERS = "host;x-amz-date;x-amz-security-token;"
            + "x-amzn-bedrock-agentcore-runtime-session-id";
    private static final String HEADER_SIGNATURE = "85721f77026394feb85a4dec1e99c34de320e1e31d069869692457976c7f4663";
    private static final String QUERY = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F"
            + SCOPE.replace("/", "%2F") + "&X-Amz-Date=20260102T030405Z&X-Amz-Expires=300"
            + "&X-Amz-Security-Token=SESSIONTOKENEXAMPLE&X-Amz-SignedHeaders=host&" + SESSION_NAME + '=' + SESSION
            + "&qualifier=DEFAULT&shellId=shell-1"
            + "&X-Amz-Signature=2eb39c1ab225e72743f6e6cb9063102cedab1a03f46a6f39a354a91b5fcfe1d0";

    private final Map<String, String> headers = new LinkedHashMap<>();

    VerifierTest() {
        headers.put("Host", "bedrock-agentcore.us-west-2.amazonaws.com");
        headers.put("X-Amz-Date", "20260102T030405Z");
        headers.put("X-Amz-Security-Token", "SESSIONTOKENEXAMPLE");
        headers.put(SESSION_NAME, SESSION);
        headers.put("Authorization", authorization("AKIDEXAMPLE", SCOPE, HEADER_SIGNATURE));
    }

    @Test
    void theGoldenHeaderRequestIsAccepted() {
        SignedRequest request = headerForm(PATH);

        assertThat(verify(request, Duration.ZERO)).isEqualTo(new Accepted("AKIDEXAMPLE"));
        String canonical = CanonicalRequest.of(request, Query.parse(request.rawQuery()),
                List.of(SIGNED_HEADERS.split(";")), SignedRequest.EMPTY_BODY);
        assertThat(Hmac.sha256(canonical))
                .isEqualTo("f41532bf3f1afb873669ad71410a72e33c7b67e36e01ba95b0de361f1853b65f");
    }

    @Test
    void theGoldenPresignedRequestIsAccepted() {
        SignedRequest request = queryForm(QUERY);

        assertThat(verify(request, Duration.ZERO)).isEqualTo(new Accepted("AKIDEXAMPLE"));
        String canonical = CanonicalRequest.of(request, Query.parse(QUERY), List.of("host"), SignedRequest.EMPTY_BODY);
        assertThat(Hmac.sha256(canonical))
                .isEqualTo("ae8bb5a9bf587562b61e7a1338f242d7104e5b9cd6f75a583d01e2af8cbb9122");
    }

    @Test
    void aHeaderThatIsNotSignedMayChange() {
        headers.put("User-Agent", "anything");

        assertThat(verify(headerForm(PATH), Duration.ZERO)).isInstanceOf(Accepted.class);
    }

    @Test
    void aPathThatWasEncodedOnlyOnceInTheCanonicalRequestIsAMismatch() {
        assertThat(reason(verify(headerForm(PATH.replace("%2F", "/")), Duration.ZERO))).isEqualTo(Reason.MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "X-Amz-Security-Token", SESSION_NAME})
    void aChangedSignedHeaderIsAMismatch(String name) {
        headers.put(name, "changed");

        assertThat(reason(verify(headerForm(PATH), Duration.ZERO))).isEqualTo(Reason.MISMATCH);
    }

    @Test
    void aChangedQueryBodyOrMethodIsAMismatch() {
        assertThat(reason(verify(queryForm(QUERY.replace("shell-1", "shell-2")), Duration.ZERO)))
                .isEqualTo(Reason.MISMATCH);
        assertThat(reason(verify(SignedRequest.of("GET", PATH + "?qualifier=DEFAULT&shellId=shell-1",
                headers.entrySet(), Hmac.sha256("body")), Duration.ZERO))).isEqualTo(Reason.MISMATCH);
        assertThat(reason(verify(SignedRequest.of("POST", PATH + "?qualifier=DEFAULT&shellId=shell-1",
                headers.entrySet(), SignedRequest.EMPTY_BODY), Duration.ZERO))).isEqualTo(Reason.MISMATCH);
    }

    @Test
    void eachPartThatIsWrongHasItsOwnReason() {
        assertThat(withAuthorization(authorization("AKIDOTHER", SCOPE, HEADER_SIGNATURE)))
                .isEqualTo(Reason.UNKNOWN_KEY);
        assertThat(withAuthorization(authorization("AKIDEXAMPLE", SCOPE, HEADER_SIGNATURE.replace('8', '9'))))
                .isEqualTo(Reason.MISMATCH);
        assertThat(withAuthorization(authorization("AKIDEXAMPLE", SCOPE.replace("us-west-2", "us-east-1"),
                HEADER_SIGNATURE))).isEqualTo(Reason.MISMATCH);
        assertThat(withAuthorization(authorization("AKIDEXAMPLE", SCOPE.replace("20260102", "20260103"),
                HEADER_SIGNATURE))).isEqualTo(Reason.MISMATCH);
        assertThat(withAuthorization("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE")).isEqualTo(Reason.INCOMPLETE);
        assertThat(withAuthorization("Bearer token")).isEqualTo(Reason.INCOMPLETE);
        headers.remove("Authorization");
        assertThat(reason(verify(headerForm(PATH), Duration.ZERO))).isEqualTo(Reason.MISSING);
    }

    @Test
    void hostMustBeSigned() {
        assertThat(withAuthorization(authorization("AKIDEXAMPLE", SCOPE, HEADER_SIGNATURE)
                .replace("SignedHeaders=host;", "SignedHeaders="))).isEqualTo(Reason.MISMATCH);
    }

    @Test
    void aHeaderSignatureIsGoodForFiveMinutesEitherWay() {
        assertThat(verify(headerForm(PATH), Duration.ofMinutes(5))).isInstanceOf(Accepted.class);
        assertThat(verify(headerForm(PATH), Duration.ofMinutes(-5))).isInstanceOf(Accepted.class);
        assertThat(reason(verify(headerForm(PATH), Duration.ofSeconds(301)))).isEqualTo(Reason.OUT_OF_TIME);
        assertThat(reason(verify(headerForm(PATH), Duration.ofSeconds(-301)))).isEqualTo(Reason.OUT_OF_TIME);
    }

    @Test
    void aPresignedUrlExpiresAndMayNotLiveLongerThanFiveMinutes() {
        assertThat(verify(queryForm(QUERY), Duration.ofMinutes(5))).isInstanceOf(Accepted.class);
        assertThat(reason(verify(queryForm(QUERY), Duration.ofSeconds(301)))).isEqualTo(Reason.EXPIRED);
        assertThat(reason(verify(queryForm(QUERY.replace("Expires=300", "Expires=301")), Duration.ZERO)))
                .isEqualTo(Reason.NOT_ALLOWED);
        assertThat(reason(verify(queryForm(QUERY.replace("Expires=300", "Expires=-1")), Duration.ZERO)))
                .isEqualTo(Reason.INCOMPLETE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a=%4", "a=%zz", "X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=md5"})
    void aQueryThatCannotBeReadIsRefusedNotThrown(String query) {
        assertThat(verify(queryForm(query), Duration.ZERO)).isInstanceOf(Refused.class);
    }

    @Test
    void nothingPrintsASignatureOrASecret() {
        assertThat(queryForm(QUERY).toString() + Query.parse(QUERY)).doesNotContain("2eb39c1a", "SESSIONTOKEN");
    }

    private Reason withAuthorization(String authorization) {
        headers.put("Authorization", authorization);
        return reason(verify(headerForm(PATH), Duration.ZERO));
    }

    private SignedRequest headerForm(String path) {
        return SignedRequest.of("GET", path + "?qualifier=DEFAULT&shellId=shell-1", headers.entrySet(),
                SignedRequest.EMPTY_BODY);
    }

    private static SignedRequest queryForm(String query) {
        return SignedRequest.of("GET", PATH + '?' + query,
                Map.of("host", "bedrock-agentcore.us-west-2.amazonaws.com").entrySet(), SignedRequest.EMPTY_BODY);
    }

    private static String authorization(String key, String scope, String signature) {
        return "AWS4-HMAC-SHA256 Credential=" + key + '/' + scope + ", SignedHeaders=" + SIGNED_HEADERS
                + ", Signature=" + signature;
    }

    private static Verdict verify(SignedRequest request, Duration later) {
        return new Verifier("us-west-2", "bedrock-agentcore", id -> id.equals("AKIDEXAMPLE")
                ? Optional.of(new Redacted("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
                : Optional.empty(), InstantSource.fixed(SIGNED_AT.plus(later))).verify(request);
    }

    private static Reason reason(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Refused.class);
        return ((Refused) verdict).reason();
    }
}

package dev.weir.wire.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.weir.kernel.Redacted;
import dev.weir.wire.webhook.WebhookSignature.Headers;
import dev.weir.wire.webhook.WebhookSignature.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the reference library of Standard Webhooks, which nobody here wrote: it reads ours, and we read its. */
class WebhookSignatureTest {
    private static final String OLD = secret(24, 1);
    private static final String NEW = secret(64, 2);
    private static final String STRANGER = secret(32, 3);
    private static final String ID = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W";
    private static final String TEXT = "{\"type\":\"run.succeeded\",\"text\":\"\u00fc\u2028\ud83d\ude00\"}";
    private static final byte[] BODY = TEXT.getBytes(StandardCharsets.UTF_8);
    /** The library looks at the machine's clock. */
    private final Instant now = Instant.now();

    @Test
    void theReferenceLibraryAcceptsWhatWeSign() throws Exception {
        String signature = WebhookSignature.of(keys(NEW), ID, now, BODY);
        new Webhook(NEW).verify(TEXT, headers(signature, now));
        assertThat(signature).isEqualTo(new Webhook(NEW).sign(ID, now.getEpochSecond(), TEXT));
        assertThatThrownBy(() -> new Webhook(STRANGER).verify(TEXT, headers(signature, now)))
                .isInstanceOf(WebhookVerificationException.class);
        assertThatThrownBy(() -> new Webhook(NEW).verify(TEXT + " ", headers(signature, now)))
                .isInstanceOf(WebhookVerificationException.class);
    }

    @Test
    void whileAKeyIsReplacedHoldersOfEitherAccept() {
        String signature = WebhookSignature.of(keys(NEW + " " + OLD), ID, now, BODY);
        assertThat(signature.split(" ", -1)).hasSize(2);
        for (String secret : List.of(NEW, OLD)) {
            assertThatCode(() -> new Webhook(secret).verify(TEXT, headers(signature, now))).doesNotThrowAnyException();
            assertThat(verify(secret, signature, now)).isEqualTo(Verdict.GOOD);
        }
        assertThat(verify(STRANGER, signature, now)).isEqualTo(Verdict.WRONG_SIGNATURE);
    }

    @Test
    void weAcceptWhatTheReferenceLibrarySigns() throws Exception {
        assertThat(verify(OLD, new Webhook(OLD).sign(ID, now.getEpochSecond(), TEXT), now)).isEqualTo(Verdict.GOOD);
    }

    /** A known answer, computed with openssl: the key is 24 times the byte 1. */
    @Test
    void aKnownAnswer() {
        assertThat(WebhookSignature.of(keys("whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"), "msg_1",
                Instant.ofEpochSecond(1614265330), "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("v1,40pgEHrhffaJZrnEehVC3vzVQ7MP+f+4pgBtG9ZpCtE=");
    }

    @ParameterizedTest
    @CsvSource({"0,GOOD", "300,GOOD", "301,TOO_OLD", "86400,TOO_OLD", "-300,GOOD", "-301,TOO_NEW"})
    void aSignatureHoldsForFiveMinutesEitherWay(long age, Verdict verdict) {
        Instant signed = Instant.ofEpochSecond(now.getEpochSecond() - age);
        assertThat(verify(NEW, WebhookSignature.of(keys(NEW), ID, signed, BODY), signed)).isEqualTo(verdict);
    }

    @Test
    void aListWithOneGoodAmongStrangersIsGood() {
        String good = WebhookSignature.of(keys(NEW), ID, now, BODY);
        String strange = WebhookSignature.of(keys(STRANGER), ID, now, BODY);
        assertThat(verify(NEW, "v1a,AAAA v2,xx " + strange + " v1,??? v1, " + good, now)).isEqualTo(Verdict.GOOD);
        assertThat(verify(NEW, (strange + " ").repeat(5000) + good, now)).as("after too many")
                .isEqualTo(Verdict.WRONG_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "v1", "v1,", "v1,AAAA", "v2,{good}", "{bare}", "V1,{bare}", "v1,{bare}=",
        "v1 ,{bare}"})
    void whatIsNoSignatureOfOursIsRefused(String form) {
        String good = WebhookSignature.of(keys(NEW), ID, now, BODY);
        String given = form.replace("{good}", good).replace("{bare}", good.substring(3));
        assertThat(verify(NEW, given, now)).isEqualTo(Verdict.WRONG_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "-1", "1e9", "1614265330.5", " 1614265330", "99999999999999999999", "\u0661"})
    void aTimestampIsSeconds(String timestamp) {
        assertThat(WebhookSignature.verify(keys(NEW),
                new Headers(Optional.of(ID), Optional.of(timestamp), Optional.of("v1,AAAA")), BODY, now))
                .isEqualTo(Verdict.BAD_TIMESTAMP);
    }

    @Test
    void eachHeaderIsNeededAndSigned() {
        String good = WebhookSignature.of(keys(NEW), ID, now, BODY);
        Optional<String> id = Optional.of(ID);
        Optional<String> at = Optional.of("" + now.getEpochSecond());
        Optional<String> signature = Optional.of(good);
        assertThat(List.of(new Headers(Optional.empty(), at, signature), new Headers(id, Optional.empty(), signature),
                new Headers(id, at, Optional.empty())))
                .map(each -> WebhookSignature.verify(keys(NEW), each, BODY, now)).containsOnly(Verdict.NO_HEADER);
        assertThat(List.of(new Headers(Optional.of("msg_other"), at, signature),
                new Headers(id, Optional.of("" + (now.getEpochSecond() - 1)), signature)))
                .map(each -> WebhookSignature.verify(keys(NEW), each, BODY, now))
                .containsOnly(Verdict.WRONG_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "whsec_", "whsec_AAAA", "whsec_!!!", "{old} {new} {stranger}", "{old} junk",
        "junk {old}", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_{long}"})
    void whatIsNoKeyIsNotGuessedAt(String form) {
        String value = form.replace("{old}", OLD).replace("{new}", NEW).replace("{stranger}", STRANGER)
                .replace("{long}", Base64.getEncoder().encodeToString(new byte[65]));
        assertThat(SigningKey.read(new Redacted(value))).isEmpty();
    }

    @Test
    void keysAreNotPrintedAndIdsHoldNoFullStop() {
        assertThat(keys(NEW + "\n" + OLD).toString()).doesNotContain(NEW.substring(6), OLD.substring(6));
        for (String id : List.of("", "a.b", "a b", "a\nb")) {
            assertThatThrownBy(() -> WebhookSignature.of(keys(NEW), id, now, BODY))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private Verdict verify(String secret, String signature, Instant at) {
        return WebhookSignature.verify(keys(secret), new Headers(Optional.of(ID),
                Optional.of("" + at.getEpochSecond()), Optional.of(signature)), BODY, now);
    }

    private static Map<String, List<String>> headers(String signature, Instant at) {
        return Map.of(WebhookSignature.ID, List.of(ID), WebhookSignature.TIMESTAMP,
                List.of("" + at.getEpochSecond()), WebhookSignature.SIGNATURE, List.of(signature));
    }

    private static List<SigningKey> keys(String value) {
        return SigningKey.read(new Redacted(value)).orElseThrow();
    }

    private static String secret(int bytes, int fill) {
        byte[] key = new byte[bytes];
        Arrays.fill(key, (byte) fill);
        return "whsec_" + Base64.getEncoder().encodeToString(key);
    }
}

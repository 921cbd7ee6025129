package dev.weir.wire.signedurl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.wire.signedurl.SignedUrls.Verdict;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SignedUrlsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(60);
    private static final Verdict REFUSED = new Verdict.Refused();

    private final SignedUrls urls = new SignedUrls(key(1));

    @Test
    void whatWasSignedIsGrantedUntilItsTimeIsOver() {
        Map<String, String> query = signed("PUT", "/a/b", OptionalLong.of(500));
        assertThat(urls.verify("PUT", "/a/b", query, NOW)).isEqualTo(new Verdict.Granted(OptionalLong.of(500)));
        assertThat(urls.verify("PUT", "/a/b", query, LATER.minusMillis(1))).isInstanceOf(Verdict.Granted.class);
        assertThat(urls.verify("PUT", "/a/b", query, LATER)).isEqualTo(new Verdict.Expired());
        assertThat(urls.verify("GET", "/c", signed("GET", "/c", OptionalLong.empty()), NOW))
                .isEqualTo(new Verdict.Granted(OptionalLong.empty()));
    }

    @Test
    void aPartOfASecondIsGrantedAsAWholeOne() {
        assertThat(urls.sign("GET", "/c", LATER.minusMillis(1), OptionalLong.empty()))
                .isEqualTo(urls.sign("GET", "/c", LATER, OptionalLong.empty()));
    }

    @Test
    void theSignatureIsHmacSha256OverMethodExpiresMaxAndPath() {
        // printf 'PUT\n1772366460\n500\n/a/b' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0101...01 (32 bytes)
        assertThat(urls.sign("PUT", "/a/b", LATER, OptionalLong.of(500)))
                .isEqualTo(
                        "expires=1772366460&max=500&signature=c9fd175ccd656c82f345a04691a1903cc6240d21f6a1f6537a1408befba87b77");
    }

    @Test
    void nothingElseIsGranted() {
        Map<String, String> query = signed("PUT", "/a/b", OptionalLong.of(500));
        assertThat(urls.verify("GET", "/a/b", query, NOW)).isEqualTo(REFUSED);
        assertThat(urls.verify("PUT", "/a/c", query, NOW)).isEqualTo(REFUSED);
        assertThat(urls.verify("PUT", "/a/b", changed(query, "max", "501"), NOW)).isEqualTo(REFUSED);
        assertThat(urls.verify("PUT", "/a/b", changed(query, "expires", "9999999999"), NOW)).isEqualTo(REFUSED);
        assertThat(urls.verify("PUT", "/a/b", changed(query, "signature", "00".repeat(32)), NOW)).isEqualTo(REFUSED);
        assertThat(urls.verify("PUT", "/a/b", changed(query, "signature", "\u2603"), NOW)).isEqualTo(REFUSED);
        assertThat(new SignedUrls(key(2)).verify("PUT", "/a/b", query, NOW)).isEqualTo(REFUSED);
    }

    @Test
    void missingAddedAndOddParametersAreRefused() {
        Map<String, String> query = signed("PUT", "/a/b", OptionalLong.of(500));
        assertThat(urls.verify("PUT", "/a/b", Map.of(), NOW)).isEqualTo(REFUSED);
        assertThat(urls.verify("PUT", "/a/b", changed(query, "more", "1"), NOW)).isEqualTo(REFUSED);
        for (String odd : new String[]{"", "-1", "+500", "0500", "5e2", "9".repeat(30), "500 "}) {
            assertThat(urls.verify("PUT", "/a/b", changed(query, "max", odd), NOW)).as(odd).isEqualTo(REFUSED);
            assertThat(urls.verify("PUT", "/a/b", changed(query, "expires", odd), NOW)).as(odd).isEqualTo(REFUSED);
        }
        Map<String, String> withoutMax = new HashMap<>(query);
        withoutMax.remove("max");
        assertThat(urls.verify("PUT", "/a/b", withoutMax, NOW)).isEqualTo(REFUSED);
    }

    @Test
    void fieldsCannotBeMovedIntoEachOther() {
        Map<String, String> query = signed("PUT", "500\n/a", OptionalLong.empty());
        assertThat(urls.verify("PUT", "/a", changed(query, "max", "500"), NOW)).isEqualTo(REFUSED);
    }

    @Test
    void aShortKeyIsRefused() {
        assertThatThrownBy(() -> new SignedUrls(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }

    private Map<String, String> signed(String method, String path, OptionalLong max) {
        Map<String, String> query = new HashMap<>();
        for (String pair : urls.sign(method, path, LATER, max).split("&", -1)) {
            int equals = pair.indexOf('=');
            query.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return query;
    }

    private static Map<String, String> changed(Map<String, String> query, String name, String value) {
        Map<String, String> changed = new HashMap<>(query);
        changed.put(name, value);
        return changed;
    }

    private static byte[] key(int fill) {
        byte[] key = new byte[SignedUrls.KEY_BYTES];
        Arrays.fill(key, (byte) fill);
        return key;
    }
}

package dev.weir.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{\"secret\":1,\"secret\":2}", "{} {}", "{}x", "NaN", "{\"a\":Infinity}",
        "{'a':1}",
        "{\"a\":01}", "[1,]", "// secret\n{}", "{\"a\":1e999999}", "{\"a\":\"\\ud800\"}", "{\"\\udc00\":1}", "\ufeff{}",
        "{\"a\":\"secret\n\"}"})
    void refusesWhatIsNotStrictJsonWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> Json.parse(Buffer.buffer(text)))
                .isInstanceOfSatisfying(ProblemException.class,
                        e -> assertThat(e.problem()).isInstanceOf(Problem.Invalid.class))
                .message()
                .doesNotContain("secret");
    }

    @Test
    void refusesOtherEncodings() {
        for (byte[] bytes : new byte[][]{{'"', (byte) 0xff, '"'}, {0, '{', 0, '}'},
            {'"', (byte) 0xc0, (byte) 0x80, '"'}}) {
            assertThatThrownBy(() -> Json.parse(Buffer.buffer(bytes))).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void depthIsBounded() {
        int most = Json.MAX_DEPTH;
        assertThat(Json.parse(Buffer.buffer("[".repeat(most) + "]".repeat(most))).isArray()).isTrue();
        assertThatThrownBy(() -> Json.parse(Buffer.buffer("[".repeat(most + 1) + "]".repeat(most + 1))))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    void numbersAndTextComeBackAsTheyWere() {
        String text = "{\"a\":0.10,\"b\":123456789012345678901234567890,\"c\":\"\u00e9\ud83d\ude00\",\"d\":null}";
        assertThat(Json.text(Json.parse(Buffer.buffer(text)))).isEqualTo(text);
    }
}

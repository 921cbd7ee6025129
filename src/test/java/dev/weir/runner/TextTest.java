package dev.weir.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.weir.wire.runner.OutputText;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void bytesInAnyPortionsDecodeToTheSameText() {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            byte[] mixed = (new String(bytes, StandardCharsets.ISO_8859_1) + "\uD83D\uDE00\u20ac")
                    .getBytes(StandardCharsets.UTF_8);
            byte[] input = random.nextBoolean() ? bytes : mixed;
            Utf8Text decoder = new Utf8Text();
            StringBuilder text = new StringBuilder();
            for (byte b : input) {
                text.append(decoder.decode(new byte[]{b}));
            }
            text.append(decoder.end());
            assertThat(text).hasToString(new String(input, StandardCharsets.UTF_8));
        }
    }

    @Test
    void jsonBytesAreWhatTheyAreInJson() {
        String text = "a\"\\\n\r\t\b\f\u0000\u001f\u007f\u00e9\u20ac\uD83D\uDE00";
        int actual = TextNode.valueOf(text).toString().getBytes(StandardCharsets.UTF_8).length - 2;
        assertThat(OutputText.jsonBytes(text)).isEqualTo(actual);
    }

    @Test
    void cutsAfterALineOrElseBetweenCharacters() {
        assertThat(OutputText.cut("abcd\nefgh\nij", 0, 10)).isEqualTo(5);
        assertThat(OutputText.cut("abcdefghijkl", 0, 10)).isEqualTo(10);
        assertThat(OutputText.cut("\uD83D\uDE00\uD83D\uDE00", 0, 6)).isEqualTo(2);
        assertThat(OutputText.cut("\uD83D\uDE00", 0, 1)).isEqualTo(2);
        assertThat(OutputText.cut("abc", 1, 100)).isEqualTo(3);
    }

    @Test
    void bucketAllowsABurstAndThenTheRate() {
        AtomicLong nanos = new AtomicLong();
        TokenBucket bucket = new TokenBucket(200, nanos::get);
        int atOnce = 0;
        while (bucket.take() == 0) {
            atOnce++;
        }
        assertThat(atOnce).isEqualTo(40);
        int later = 0;
        for (int millis = 0; millis < 1_000; millis++) {
            nanos.addAndGet(1_000_000);
            later += bucket.take() == 0 ? 1 : 0;
        }
        assertThat(later).isBetween(199, 200);
        assertThat(bucket.take()).isBetween(1L, 6L);
    }
}

package dev.weir.emulator.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MarkedTextTest {
    private static final byte[] MARK = "\0end\n".getBytes(StandardCharsets.UTF_8);

    @Test
    void marksAreFoundWhereverTheBytesAreCut() {
        byte[] all = "a\0e\0en\u20ac\ud83d\ude00\0end\npz\0end\n.behind".getBytes(StandardCharsets.UTF_8);
        for (int first = 0; first <= all.length; first++) {
            for (int second = first; second <= all.length; second++) {
                StringBuilder text = new StringBuilder();
                MarkedText marked = new MarkedText(MARK, text::append, () -> text.append("[picture]"));

                boolean over = false;
                for (int[] cut : new int[][]{{0, first}, {first, second}, {second, all.length}}) {
                    over = over || marked.take(Arrays.copyOfRange(all, cut[0], cut[1]), cut[1] - cut[0]);
                }

                assertThat(over).isTrue();
                assertThat(text.toString()).isEqualTo("a\0e\0en\u20ac\ud83d\ude00[picture]z");
            }
        }
    }

    @Test
    void whatIsNoMarkIsNotHeldBack() {
        StringBuilder text = new StringBuilder();
        MarkedText marked = new MarkedText(MARK, text::append, () -> {});

        marked.take("\0enough \0en".getBytes(StandardCharsets.UTF_8), 11);
        assertThat(text.toString()).isEqualTo("\0enough ");
        marked.take(new byte[]{(byte) 0xe2, (byte) 0x82}, 2);
        marked.end();
        assertThat(text.toString()).isEqualTo("\0enough \0en\ufffd");
    }
}

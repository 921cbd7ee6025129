package dev.weir.bridge.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplayTest {
    @Test
    void newsOnlyAreShownAsTheyAre() {
        assertThat(verdict(lines(1, 50), true, lines(51, 60), false)).isEqualTo(shown(lines(51, 60)));
        assertThat(verdict("", true, "$ ", false)).isEqualTo(shown("$ "));
        assertThat(verdict(lines(1, 50), true, "", false)).isEqualTo(shown(""));
    }

    @Test
    void whatWasShownIsLeftOut() {
        assertThat(verdict(lines(1, 50), true, lines(1, 60), false)).isEqualTo(shown(lines(51, 60)));
        assertThat(verdict(lines(1, 50), false, lines(20, 60), false)).isEqualTo(shown(lines(51, 60)));
        assertThat(verdict("$ ", true, "$ ls\r\n", false)).isEqualTo(shown("ls\r\n"));
        assertThat(verdict(lines(1, 50), true, lines(1, 50), false)).isEqualTo(shown(""));
    }

    @Test
    void aShortLikenessMayBeChance() {
        assertThat(verdict("one\r\n$ ", true, "$ two", false)).isEqualTo(shown("$ two"));
    }

    @Test
    void whatRepeatsItselfIsShownOnAnEmptyScreen() {
        String repeated = "y\r\n".repeat(100);
        assertThat(verdict(repeated, true, repeated, false))
                .isEqualTo(new Replay.Verdict(true, Buffer.buffer(repeated)));
    }

    @Test
    void whereSomethingIsMissingTheScreenIsEmptiedToo() {
        assertThat(verdict(lines(1, 50), true, lines(70, 80), true).anew()).isTrue();
        String full = "z".repeat(Replay.KEPT);
        assertThat(verdict(lines(1, 50_000), false, full, false).anew()).isTrue();
    }

    @Test
    void halfAMegabyteOfTheSameIsDecidedAtOnce() {
        String same = "a".repeat(2 * Replay.KEPT - 1) + "b";
        Replay replay = new Replay(Buffer.buffer(same), true);
        assertThat(replay.hear(Buffer.buffer("a".repeat(Replay.KEPT)))).isFalse();
        assertThat(replay.verdict(false).bytes().length()).isEqualTo(Replay.KEPT);
        assertThat(new Replay(Buffer.buffer("ab"), true).hear(Buffer.buffer("abc"))).isTrue();
    }

    private static Replay.Verdict verdict(String before, boolean fromTheStart, String told, boolean lost) {
        Replay replay = new Replay(Buffer.buffer(before), fromTheStart);
        replay.hear(Buffer.buffer(told));
        return replay.verdict(lost);
    }

    private static Replay.Verdict shown(String text) {
        return new Replay.Verdict(false, Buffer.buffer(text));
    }

    private static String lines(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> "line " + i + "\r\n").collect(Collectors.joining());
    }
}

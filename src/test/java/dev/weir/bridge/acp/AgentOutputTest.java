package dev.weir.bridge.acp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What a terminal shows, cut anywhere and replayed from anywhere. */
class AgentOutputTest {
    private static final RandomGenerator RANDOM = RandomGenerator.of("L64X128MixRandom");

    private final LaunchLine launch = LaunchLine.fresh(RANDOM);
    private final List<String> news = new ArrayList<>();
    private final AgentOutput output = new AgentOutput(launch, 1000, new Notes());

    @Test
    void case01And03NoiseAndEchoAreNotTheMarker() {
        feed("motd WEIR-READY- \u001b[?2004h$ " + launch.text("agent") + "\r\n\u001b[?2004l\r");
        assertThat(news).isEmpty();
        assertThat(launch.text("agent")).doesNotContain(launch.ready(), launch.failed(), launch.exit());
        feed("12:34 not a line\n\u001b[?2004l\r" + launch.ready() + "\n1:{}\n2:\n3:{\"a\":1}\r\n");
        assertThat(news).containsExactly("ready", "{}", "{\"a\":1}");
    }

    @Test
    void case04ATerminalThatCannotBeMadeRawIsAFailure() {
        feed("\u001b[31mstty: command not found\u001b[0m\r\n" + launch.failed() + "\n");
        assertThat(news).containsExactly("failed");
        assertThat(output.noise()).isEqualTo("stty: command not found " + launch.failed());
    }

    @Test
    void theLaunchLineIsShortAndKeepsQuotes() {
        assertThat(launch.text("kiro-cli acp --trust-all-tools").length()).isLessThan(1000);
        assertThat(launch.text("kiro-cli acp")).contains("exec kiro-cli acp");
        assertThat(launch.text("a 'b' && c")).contains("a '\\''b'\\'' && c").doesNotContain("exec a ");
    }

    @Test
    void case13CutsAtAnyByteChangeNothing() {
        byte[] all = ("noise" + launch.ready() + "\n1:{\"t\":\"\u00e9\u4e16\ud83d\ude00\"}\n2:{}\n")
                .getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= all.length; cut++) {
            List<String> seen = new ArrayList<>();
            AgentOutput each = new AgentOutput(launch, 1000, new Notes(seen));
            each.feed(Arrays.copyOf(all, cut));
            each.feed(Arrays.copyOfRange(all, cut, all.length));
            assertThat(seen).containsExactly("ready", "{\"t\":\"\u00e9\u4e16\ud83d\ude00\"}", "{}");
        }
    }

    @Test
    void case11ALineThatIsTooLongIsGivenByItsBeginning() {
        feed(launch.ready() + "\n1:{}\n2:{\"id\":7,\"x\":\"" + "y".repeat(5000) + "\"}\n3:{}\n");
        assertThat(news).hasSize(4).contains("{}");
        assertThat(news.get(2)).startsWith("cut {\"id\":7,");
    }

    @Test
    void case43And44EveryBreakAndEveryReplayIsUnderstood() {
        StringBuilder text = new StringBuilder(
                "motd\r\n$ " + launch.text("x") + "\u001b[?2004l\r" + launch.ready() + "\n");
        List<String> expected = new ArrayList<>(List.of("ready"));
        for (int n = 1; n <= 12; n++) {
            String line = n % 5 == 0 ? "" : "{\"n\":" + n + ",\"t\":\"" + "z".repeat(n * 3) + "\"}";
            text.append(n).append(':').append(line).append('\n');
            if (!line.isEmpty()) {
                expected.add(line);
            }
        }
        byte[] all = text.toString().getBytes(StandardCharsets.UTF_8);
        int ready = text.indexOf(launch.ready()) + launch.ready().length() + 1;
        int lastStart = text.lastIndexOf("\n12:") + 1;
        int breaks = 0;
        int asked = 0;
        for (int lost = ready; lost < lastStart; lost++) {
            for (int from = 0; from < lastStart; from += 1 + RANDOM.nextInt(9)) {
                List<String> seen = new ArrayList<>();
                AgentOutput each = new AgentOutput(launch, 1000, new Notes(seen));
                each.feed(Arrays.copyOf(all, lost));
                each.reconnected();
                each.feed(Arrays.copyOfRange(all, from, all.length));
                if (each.isMissing()) {
                    asked++;
                    text.substring(ready).lines().forEach(
                            kept -> each.found(kept.getBytes(StandardCharsets.UTF_8), true));
                }
                assertThat(seen).as("lost at " + lost + ", replayed from " + from).isEqualTo(expected);
                breaks++;
            }
        }
        assertThat(breaks).isGreaterThan(1000);
        assertThat(asked).isGreaterThan(100).isLessThan(breaks);
    }

    /** Two parts of a line that fit together, though what was between them is gone. */
    @Test
    void case43ALineIsNeverPutTogetherFromItsParts() {
        String line = "1:{\"t\":\"" + "z".repeat(500) + "\"}";
        feed(launch.ready() + "\n" + line.substring(0, 100));
        output.reconnected();
        feed(line.substring(300) + "\n2:{}\n");
        assertThat(news).containsExactly("ready", "early {} 2");
        output.found(line.getBytes(StandardCharsets.UTF_8), true);
        output.found("2:{}".getBytes(StandardCharsets.UTF_8), true);
        assertThat(news).containsExactly("ready", "early {} 2", line.substring(2), "{}");
        assertThat(output.isMissing()).isFalse();
    }

    @Test
    void case43LinesThatAreMissingTwiceAreAskedForTwice() {
        feed(launch.ready() + "\n1:{}\n3:{\"n\":3}\n6:{\"n\":6}\n");
        assertThat(output.wanted()).isEqualTo(2);
        output.found("2:{\"n\":2}".getBytes(StandardCharsets.UTF_8), true);
        assertThat(output.wanted()).isEqualTo(4);
        output.found("4:{\"n\":4}".getBytes(StandardCharsets.UTF_8), true);
        output.giveUp();
        assertThat(news).containsExactly("ready", "{}", "early {\"n\":3} 7", "early {\"n\":6} 14", "{\"n\":2}",
                "{\"n\":3}", "{\"n\":4}", "gap 1", "{\"n\":6}");
    }

    @Test
    void case44AGapIsTold() {
        feed(launch.ready() + "\n1:{}\n2:{\"a\":");
        output.reconnected();
        feed("tail of another\"}\n7:{\"b\":1}\n8:{}\n");
        assertThat(news).containsExactly("ready", "{}", "early {\"b\":1} 7", "early {} 9");
        output.giveUp();
        assertThat(news.subList(4, 7)).containsExactly("gap 5", "{\"b\":1}", "{}");
    }

    @Test
    void aFreshShellBetraysItselfAndALiveOneDoesNot() {
        feed(launch.ready() + "\n1:{}\n");
        output.reconnected();
        String probe = launch.probe(launch.nextProbe());
        feed("$ " + probe);
        assertThat(news).containsExactly("ready", "{}");
        feed("bash: params:{_:" + launch.freshShell() + "}: command not found\r\n");
        assertThat(news).containsExactly("ready", "{}", "fresh");
    }

    @Test
    void case06TheEndIsToldWithItsCode() {
        feed(launch.ready() + "\n1:\n2:" + launch.exit() + " 127\n");
        assertThat(news).containsExactly("ready", "exit 127");
    }

    private void feed(String text) {
        output.feed(text.getBytes(StandardCharsets.UTF_8));
    }

    private final class Notes implements AgentOutput.Events {
        private final List<String> into;

        Notes() {
            this(news);
        }

        Notes(List<String> into) {
            this.into = into;
        }

        @Override
        public void ready() {
            into.add("ready");
        }

        @Override
        public void failed() {
            into.add("failed");
        }

        @Override
        public void line(byte[] line, boolean whole) {
            into.add((whole ? "" : "cut ") + new String(line, StandardCharsets.UTF_8));
        }

        @Override
        public void early(byte[] line, boolean whole, long bytes) {
            if (into.equals(news)) {
                into.add("early " + new String(line, StandardCharsets.UTF_8) + " " + bytes);
            }
        }

        @Override
        public void gap(long lines) {
            into.add("gap " + lines);
        }

        @Override
        public void exited(int code) {
            into.add("exit " + code);
        }

        @Override
        public void freshShell() {
            into.add("fresh");
        }
    }
}

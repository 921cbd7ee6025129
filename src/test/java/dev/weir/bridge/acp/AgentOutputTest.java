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
    private final StringBuilder shown = new StringBuilder();
    private int lines;

    /** The agent says it: what that looks like, with number and place. */
    private String said(String content) {
        String line = ++lines + ":" + place() + ":" + content + "\n";
        shown.append(line);
        return line;
    }

    private long place() {
        return shown.toString().lines().mapToLong(line -> line.split(":", 3)[2].length() + 1).sum();
    }

    private String ready() {
        return said(launch.ready());
    }

    @Test
    void case01And03NoiseAndEchoAreNotTheMarker() {
        feed("motd WEIR-READY- \u001b[?2004h$ " + launch.text("agent") + "\r\n\u001b[?2004l\r");
        assertThat(news).isEmpty();
        assertThat(launch.text("agent")).doesNotContain(launch.ready(), launch.failed(), launch.exit(), launch.gone());
        feed("12:34 not a line\n\u001b[?2004l\r" + ready() + said("{}") + said("") + said("{\"a\":1}\r"));
        assertThat(news).containsExactly("ready", "{}", "{\"a\":1}");
    }

    @Test
    void case04ATerminalThatCannotBeMadeRawIsAFailure() {
        feed("\u001b[31mstty: command not found\u001b[0m\r\n" + launch.failed() + "\n");
        assertThat(news).containsExactly("failed");
        assertThat(output.noise()).isEqualTo("stty: command not found " + launch.failed());
    }

    @Test
    void case13CutsAtAnyByteChangeNothing() {
        byte[] all = ("noise" + launch.ready() + "\n2:28:{\"t\":\"\u00e9\u4e16\ud83d\ude00\"}\n3:46:{}\n")
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
        feed(ready() + said("{}") + said("{\"id\":7,\"x\":\"" + "y".repeat(5000) + "\"}") + said("{}"));
        assertThat(news).hasSize(4).contains("{}");
        assertThat(news.get(2)).startsWith("cut {\"id\":7,");
    }

    /** Every break, and every place from which a service may go on: before it, there, or after a part that is lost. */
    @Test
    void case43And44EveryBreakAndEveryReplayIsUnderstood() {
        List<String> expected = agentsWords();
        String before = "motd\r\n12:34:56 up\n$ " + launch.text("x") + "\u001b[?2004l\r";
        byte[] all = (before + shown).getBytes(StandardCharsets.UTF_8);
        int lastStart = all.length - shown.length() + shown.lastIndexOf("\n13:") + 1;
        int breaks = 0;
        int asked = 0;
        for (int lost = before.length() + launch.ready().length() + 5; lost < lastStart; lost++) {
            for (int from = 0; from < lastStart; from += 1 + RANDOM.nextInt(25)) {
                List<String> seen = new ArrayList<>();
                AgentOutput each = new AgentOutput(launch, 1000, new Notes(seen));
                each.feed(Arrays.copyOf(all, lost));
                each.reconnected();
                each.feed(Arrays.copyOfRange(all, from, all.length));
                asked += fetch(each);
                assertThat(seen).as("lost at " + lost + ", replayed from " + from).isEqualTo(expected);
                breaks++;
            }
        }
        assertThat(breaks).isGreaterThan(1000);
        assertThat(asked).isGreaterThan(100).isLessThan(breaks);
    }

    /** The same with two or three breaks in quick succession, some before it was understood where the one before had led to. */
    @Test
    void case43And44BreaksUponBreaksAreUnderstood() {
        List<String> expected = agentsWords();
        byte[] all = shown.toString().getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 5000; round++) {
            List<String> seen = new ArrayList<>();
            AgentOutput each = new AgentOutput(launch, 1000, new Notes(seen));
            int at = launch.ready().length() + 5 + RANDOM.nextInt(100);
            each.feed(Arrays.copyOf(all, at));
            for (int i = 0; i < 3; i++) {
                each.reconnected();
                int from = round % 2 == 0 ? at : Math.max(0, at - RANDOM.nextInt(60));
                at = Math.min(all.length, from + RANDOM.nextInt(60));
                each.feed(Arrays.copyOfRange(all, from, at));
            }
            each.feed(Arrays.copyOfRange(all, at, all.length));
            each.doubt();
            fetch(each);
            assertThat(seen).as("round " + round).isEqualTo(expected);
        }
    }

    private List<String> agentsWords() {
        List<String> expected = new ArrayList<>(List.of("ready"));
        ready();
        for (int n = 2; n <= 13; n++) {
            String line = n % 5 == 0
                    ? ""
                    : n % 7 == 0 ? "5:10:log" : "{\"n\":" + n + ",\"t\":\"" + "z".repeat(n * 3) + "\"}";
            said(line);
            if (!line.isEmpty()) {
                expected.add(line);
            }
        }
        return expected;
    }

    /** As when what is missing is fetched from where it is kept. */
    private int fetch(AgentOutput from) {
        if (!from.isMissing()) {
            return 0;
        }
        shown.toString().lines().forEach(
                kept -> from.found(kept.getBytes(StandardCharsets.UTF_8), true, kept.length()));
        assertThat(from.isMissing() && !from.doubt()).isFalse();
        return 1;
    }

    /** An idle agent after a reconnection to a service that replays only what is new: the probe's answer is all that comes. */
    @Test
    void oneLineThatIsDueIsKnownByItsPlace() {
        feed(ready() + said("{}"));
        output.reconnected();
        feed(said("{\"id\":1}"));
        output.reconnected();
        feed(said("{\"id\":2}"));
        assertThat(news).containsExactly("ready", "{}", "{\"id\":1}", "{\"id\":2}");
    }

    /** It may be the end of the line that broke off, of another one, or of a line's very heading. */
    @Test
    void oneLineThatIsNotCertainlyOneIsAskedFor() {
        feed(ready() + said("{}"));
        String broken = said("{\"a\":\"abc\"}");
        feed(broken.substring(0, 10));
        output.reconnected();
        assertThat(output.isDoubtful()).isFalse();
        feed(broken.substring(12));
        assertThat(output.isDoubtful()).isTrue();
        assertThat(output.isMissing()).isFalse();
        output.doubt();
        fetch(output);
        assertThat(news).containsExactly("ready", "{}", "{\"a\":\"abc\"}");
        output.giveUp();
        feed(said("{\"b\":1}"));
        assertThat(news).endsWith("{\"b\":1}").doesNotContain("gap 1").hasSize(4);
    }

    /** Two parts of a line that fit together, though what was between them is gone. */
    @Test
    void case43ALineIsNeverPutTogetherFromItsParts() {
        feed(ready());
        String line = said("{\"t\":\"" + "z".repeat(500) + "\"}");
        feed(line.substring(0, 100));
        output.reconnected();
        feed(line.substring(300) + said("{}"));
        assertThat(news).containsExactly("ready", "early {} 2");
        fetch(output);
        assertThat(news.subList(2, 4)).containsExactly(line.split(":", 3)[2].strip(), "{}");
        assertThat(output.isMissing()).isFalse();
    }

    @Test
    void case44AGapIsTold() {
        feed(ready() + said("{}"));
        for (int i = 0; i < 5; i++) {
            said("{\"a\":1}");
        }
        output.reconnected();
        feed("tail of another\"}\n" + said("{\"b\":1}") + said("{}"));
        assertThat(news).containsExactly("ready", "{}", "early {\"b\":1} 7", "early {} 9");
        output.giveUp();
        assertThat(news.subList(4, 7)).containsExactly("gap 5", "{\"b\":1}", "{}");
    }

    @Test
    void aFreshShellBetraysItselfAndALiveOneDoesNot() {
        feed(ready() + said("{}"));
        output.reconnected();
        String probe = launch.probe(launch.nextProbe());
        feed("$ " + probe);
        assertThat(news).containsExactly("ready", "{}");
        String words = "bash: params:{_:" + launch.freshShell() + "}: command not found\r\n";
        feed(words.substring(0, 20)); // in two messages
        feed(words.substring(20));
        assertThat(news).containsExactly("ready", "{}", "fresh");
    }

    @Test
    void case06TheEndIsToldWithItsCode() {
        feed(ready() + said("") + said(launch.exit() + " 127"));
        assertThat(news).containsExactly("ready", "exit 127");
    }

    /** Something was killed that numbers or passes on; then the agent's own end is never numbered. */
    @Test
    void theEndOfThePipelineIsTheEndToo() {
        feed(ready() + said("{}") + "3:3\n" + launch.gone() + "\n");
        assertThat(news).containsExactly("ready", "{}", "exit -1");
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
        public void gap(long count) {
            into.add("gap " + count);
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

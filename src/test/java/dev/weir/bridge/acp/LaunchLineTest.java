package dev.weir.bridge.acp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellListener;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launch line, and the errands that belong to it, do in a real terminal with a real shell. */
class LaunchLineTest {
    @TempDir
    static Path dir;
    private static AcpService service;

    private final ShellAddress address = ShellAddress.random();
    private final LaunchLine launch = LaunchLine.fresh(RandomGenerator.of("L64X128MixRandom"));
    private final Screen screen = new Screen();
    private AgentShell shell;
    private Context context;
    private SideShell side;

    @BeforeAll
    static void open() throws Exception {
        service = new AcpService(dir);
    }

    @AfterAll
    static void shut() throws Exception {
        service.close();
    }

    @BeforeEach
    void connect() {
        context = ((VertxInternal) service.vertx).createEventLoopContext();
        side = new SideShell(service.vertx, service.shells);
        shell = service.shells.open(address, screen);
        await().until(() -> screen.attached);
    }

    @AfterEach
    void leave() {
        context.runOnContext(v -> side.close());
        shell.terminate();
        await().until(() -> screen.text().endsWith("[ended]"));
    }

    private void launch(String command) {
        type(launch.text(command));
        screen.await("1:0:" + launch.ready() + "\n");
    }

    private void type(String text) {
        shell.write(Buffer.buffer(text));
    }

    private String errand(String commands) throws Exception {
        Promise<String> printed = Promise.promise();
        context.runOnContext(v -> side.run(address, commands, Duration.ofSeconds(20)).onComplete(printed));
        return AcpRig.get(printed.future());
    }

    @Test
    void itIsShortEnoughForATerminalThatIsNotRawYet() {
        assertThat(launch.text("kiro-cli acp --trust-all-tools").length()).isLessThan(1000);
        assertThat(LaunchLine.isTypable("a 'b' && c")).isTrue();
        assertThat(LaunchLine.isTypable("x".repeat(3000))).isTrue();
        assertThat(LaunchLine.isTypable("x".repeat(4000))).isFalse();
        assertThat(LaunchLine.isTypable("'".repeat(1000))).as("as it is typed").isFalse();
        assertThat(LaunchLine.isTypable("a\tb")).isFalse();
        launch("sh -c 'echo '\\''{\"quoted\":1}'\\''; cat' x" + " ".repeat(2900));
        screen.await("2:28:{\"quoted\":1}\n");
    }

    @Test
    void aCommandMayBeginWithASettingAndHaveSeveralParts() {
        launch("FOO=bar sh -c 'echo \"{$FOO}\"; cat'; false");
        screen.await("2:28:{bar}\n");
        type("{\"a\":1}\n");
        screen.await("3:34:{\"a\":1}\n");
    }

    @Test
    void nothingThatIsSaidAfterTheAgentsEndIsACommand() throws Exception {
        launch("read x; exit 3");
        for (int i = 0; i < 6; i++) {
            type("{\"text\":\"what does $(touch said-" + i + ") do? `touch said`\"}\n");
            int said = i;
            if (i == 0) {
                screen.await(launch.exit() + " 3\n");
            } else if (i == 3) {
                screen.await(launch.gone());
            }
            assertThat(errand("ls").lines().toList()).as("after " + said).noneMatch(name -> name.startsWith("said"));
        }
        assertThat(AgentState.of(errand(launch.look()))).hasValueSatisfying(state -> {
            assertThat(state.condition()).isEqualTo(AgentState.Condition.ENDED);
            assertThat(state.code()).isEqualTo(3);
        });
    }

    @Test
    void aPipelineThatLosesAPartIsAtItsEnd() throws Exception {
        launch("cat");
        type("{}\n");
        screen.await("2:28:{}\n");
        assertThat(AgentState.of(errand(launch.look())).orElseThrow().condition())
                .isEqualTo(AgentState.Condition.ALIVE);
        List<ProcessHandle> filters = ProcessHandle.current().descendants()
                .filter(each -> each.info().command().orElse("").endsWith("/grep")).toList();
        assertThat(filters).isNotEmpty();
        filters.forEach(ProcessHandle::destroyForcibly);
        type("{}\n"); // the agent cannot pass on what it makes of that
        screen.await(launch.gone());
        type("{\"text\":\"$(touch said)\"}\n");
        assertThat(errand("ls")).doesNotContain("said");
    }

    @Test
    void anAgentHasTimeToEndAndNothingIsLeftOfIt() throws Exception {
        launch("cd . && sh -c 'trap \"sleep .5;echo well >ended;exit\" TERM;echo {};while :;do sleep .1;done'; :");
        screen.await("2:28:{}\n");
        errand(launch.end(50));
        assertThat(errand("cat ended;ls -d weir-*")).startsWith("well").contains("No such file");
    }

    @Test
    void everyAgentOfOursIsEndedWhereAnotherBridgesIsLeft() throws Exception {
        launch("sh -c 'echo {};cat'");
        screen.await("2:28:{}\n");
        errand(LaunchLine.endAll(20));
        screen.await(launch.exit() + " ");
        assertThat(errand("ls -d weir-*")).contains("No such file");
        assertThat(AgentState.of(errand(launch.look())).orElseThrow().condition()).isEqualTo(AgentState.Condition.GONE);
    }

    @Test
    void whatTheAgentSaysBesidesIsKeptToABound() throws Exception {
        launch("i=0;while [ $i -lt 20000 ];do echo \"line $i of a long story that nobody reads\" >&2;i=$((i+1));done;"
                + "echo {};exit 4");
        screen.await(launch.exit() + " 4\n");
        assertThat(Long.parseLong(errand("cat weir-*/err weir-*/e | wc -c"))).isLessThan(1_000_000);
        assertThat(errand(launch.kept(2, 0, 100)).lines()).first().isEqualTo("2:28:{}");
        assertThat(errand(launch.farewell())).endsWith("line 19999 of a long story that nobody reads");
        assertThat(errand("ls -d weir-*")).contains("No such file");
    }

    @Test
    void theAgentHasNoTerminal() {
        launch("if (: </dev/tty) 2>/dev/null;then echo {tty};else echo {none};fi;cat");
        screen.await("{none}");
    }

    @Test
    void busyboxIsEnough() throws Exception {
        Path busybox = Stream.of(System.getenv("PATH").split(":")).map(each -> Path.of(each, "busybox"))
                .filter(Files::isExecutable).findFirst().orElse(null);
        assumeTrue(busybox != null, "busybox is not installed");
        Path tools = Files.createDirectory(dir.resolve("tools"));
        for (String tool : List.of("sh", "mkdir", "mkfifo", "stty", "grep", "awk", "setsid", "tee", "dd", "mv",
                "cat")) {
            Files.createSymbolicLink(tools.resolve(tool), busybox);
        }
        type(" PATH=" + tools + "\n");
        launch("cat");
        type("{\"a\":1}\n");
        type(launch.probe(launch.nextProbe()));
        type("{\"b\":\"" + "\u00e9".repeat(100_000) + "\"}\n{}\n"); // lines 5 and 6, behind the two of the probe
        screen.await("2:28:{\"a\":1}\n");
        screen.await(":{}\n");
        Heading large = Heading.at(bytesFrom("\n5:"), 0, 40);
        Heading after = Heading.at(bytesFrom("\n6:"), 0, 40);
        assertThat(after.place() - large.place()).isEqualTo(200_000 + 9);
        assertThat(AgentState.of(errand(launch.look())).orElseThrow().noted()).contains("\n3:9:{");
    }

    private byte[] bytesFrom(String word) {
        String text = screen.text();
        return (text.substring(text.indexOf(word) + 1) + " ".repeat(40)).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** All that is shown. */
    private static final class Screen implements ShellListener {
        private final List<String> shown = new CopyOnWriteArrayList<>();
        private volatile boolean attached;

        String text() {
            return String.join("", shown);
        }

        void await(String text) {
            org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> text().contains(text));
        }

        @Override
        public void attached(ShellAddress address, boolean again) {
            attached = true;
        }

        @Override
        public void output(Buffer bytes) {
            shown.add(bytes.toString(StandardCharsets.ISO_8859_1));
        }

        @Override
        public void detached(String why) {
            // comes back by itself
        }

        @Override
        public void ended(ShellEnd end) {
            shown.add("[ended]");
        }
    }
}

package dev.weir.bridge.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellListener;
import dev.weir.wire.shell.ShellStatus;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TerminalBridgeTest {
    private static final ShellAddress ADDRESS = new ShellAddress("s".repeat(33), "one");

    private final Vertx vertx = Vertx.vertx();
    private final Context context = ((VertxInternal) vertx).createEventLoopContext();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ScriptedShell shell = new ScriptedShell();
    private final Outlet outlet = new Outlet(out, err, shell);
    private Future<ShellEnd> end;
    private TerminalBridge bridge;

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    @Test
    void keysGoThereAndOutputComesHereAndTheEndIsToldLast() {
        start(false);
        shell.tell(listener -> listener.attached(ADDRESS, false));
        type("ls\u0003\r");
        shell.tell(listener -> listener.output(Buffer.buffer("file\r\n")));
        shell.tell(listener -> listener.ended(new ShellEnd.Exited(OptionalInt.of(7))));
        await().until(end::isComplete);
        outlet.close(5);
        assertThat(end.result()).isEqualTo(new ShellEnd.Exited(OptionalInt.of(7)));
        assertThat(shell.did).containsExactly("size 80x24", "write ls\u0003\r");
        assertThat(shown()).isEqualTo("file\r\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void theDetachKeyLeavesAfterWhatWasTypedBefore() {
        start(false);
        shell.tell(listener -> listener.attached(ADDRESS, false));
        type("ab\u001dcd");
        await().until(() -> shell.did.contains("detach"));
        assertThat(shell.did).containsExactly("size 80x24", "write ab", "detach");
    }

    @Test
    void beforeThereIsAShellCtrlCGivesUpAndKeysRingTheBell() {
        start(false);
        type("x");
        type("\u0003");
        await().until(() -> shell.did.contains("detach"));
        assertThat(bridge.isInterrupted()).isTrue();
        assertThat(shell.did).containsExactly("size 80x24", "detach");
        await().untilAsserted(() -> assertThat(shown()).isEqualTo("\u0007"));
    }

    @Test
    void aLossIsToldAndTheReplayIsShownOnce() {
        String before = IntStream.range(0, 40).mapToObj(i -> "line " + i + "\r\n").collect(Collectors.joining());
        start(false);
        shell.tell(listener -> listener.attached(ADDRESS, false));
        shell.tell(listener -> listener.output(Buffer.buffer(before)));
        shell.tell(listener -> listener.detached("the connection was lost (1006)"));
        type("into the void");
        await().until(() -> err.toString(StandardCharsets.UTF_8).contains("lost (1006); connecting again]"));
        shell.tell(listener -> listener.attached(ADDRESS, true));
        shell.tell(listener -> listener.output(Buffer.buffer(before.substring(0, 100))));
        shell.tell(listener -> listener.output(Buffer.buffer(before.substring(100) + "news")));
        await().until(() -> shown().endsWith("news"));
        assertThat(shown()).isEqualTo(before + "\u0007news");
        await().until(() -> shell.did.size() == 3);
        assertThat(shell.did).as("a program paints its screen anew").containsExactly("size 80x24", "size 80x23",
                "size 80x24");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("[weir: connected again]");
    }

    @Test
    void aConnectionThatIsReplacedAtOnceIsNotWorthAWord() {
        start(false);
        shell.tell(listener -> listener.attached(ADDRESS, false));
        shell.tell(listener -> listener.output(Buffer.buffer("a")));
        shell.tell(listener -> listener.detached("the connection was old"));
        shell.tell(listener -> listener.attached(ADDRESS, true));
        shell.tell(listener -> listener.output(Buffer.buffer("b")));
        await().until(() -> shown().equals("ab"));
        await().until(() -> shell.did.size() == 3);
        assertThat(err.size()).isZero();
    }

    @Test
    void whatIsLostAndANewShellAreTold() {
        start(false);
        shell.tell(listener -> listener.attached(ADDRESS, false));
        shell.tell(listener -> listener.output(Buffer.buffer("a")));
        shell.tell(listener -> listener.detached("lost"));
        shell.tell(listener -> listener.attached(ADDRESS, true));
        shell.tell(listener -> listener.confirmed(new ShellStatus.Confirmed("one", true, OptionalLong.of(9))));
        shell.tell(listener -> listener.output(Buffer.buffer("z")));
        await().until(() -> shown().equals("a\u001b[H\u001b[2J\u001b[3Jz"));
        shell.tell(listener -> listener.detached("lost"));
        shell.tell(listener -> listener.attached(ADDRESS, true));
        shell.tell(listener -> listener.confirmed(new ShellStatus.Confirmed("one", false, OptionalLong.empty())));
        await().until(() -> err.toString(StandardCharsets.UTF_8).contains("this is a new one"));
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("9 bytes of output are lost");
    }

    @Test
    void whoComesBackHasTheScreenPainted() {
        start(true);
        shell.tell(listener -> listener.attached(ADDRESS, false));
        await().until(() -> shell.did.size() == 3);
        assertThat(shell.did).containsExactly("size 80x24", "size 80x23", "size 80x24");
    }

    private void start(boolean returning) {
        bridge = new TerminalBridge(context, outlet, returning);
        end = bridge.start(shell, ADDRESS, 80, 24);
        await().until(() -> !shell.did.isEmpty());
    }

    private void type(String keys) {
        bridge.typed(Buffer.buffer(keys));
    }

    private String shown() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Does nothing by itself; remembers what it was asked to do. */
    private final class ScriptedShell implements AgentShells, AgentShell, Outlet.Valve {
        final List<String> did = new CopyOnWriteArrayList<>();
        private ShellListener listener;

        void tell(Consumer<ShellListener> news) {
            context.runOnContext(v -> news.accept(listener));
        }

        @Override
        public AgentShell open(ShellAddress address, ShellListener told) {
            listener = told;
            return this;
        }

        @Override
        public Future<Void> stop(String session) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> write(Buffer bytes) {
            did.add("write " + bytes);
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> confirm() {
            return Future.succeededFuture();
        }

        @Override
        public void resize(int columns, int rows) {
            did.add("size " + columns + "x" + rows);
        }

        @Override
        public void pause() {
            did.add("pause");
        }

        @Override
        public void resume() {
            did.add("resume");
        }

        @Override
        public void broken() {
            did.add("broken");
        }

        @Override
        public void detach() {
            did.add("detach");
        }

        @Override
        public void terminate() {
            did.add("terminate");
        }
    }
}

package dev.weir.feature.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fixture.ScriptedRuntime;
import dev.weir.fixture.ScriptedRuntime.Peer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class RunLinkTest {
    private static final int MESSAGES = 400;
    private static final int SIZE = 32 * 1024;

    private final ScriptedRuntime runtime = new ScriptedRuntime();
    private final Deque<Signal> mailbox = new ArrayDeque<>();
    private final RunLink link = new RunLink(runtime, "session", mailbox::add);

    private Peer connect() throws InterruptedException {
        link.open();
        link.adopt(((Signal.Opened) mailbox.remove()).socket());
        return runtime.connection();
    }

    private static String message(int number) {
        String head = "+" + number;
        return head + " ".repeat(SIZE - head.length());
    }

    private static void sayAll(Peer peer) {
        for (int i = 0; i < MESSAGES; i++) {
            peer.sayText(message(i));
        }
    }

    /** The run's thread may wait for the store for long: what waits for it then is bounded in bytes, not by the peer's good will. */
    @Test
    void whoeverDoesNotTakeWhatIsSaidHoldsTheMicroVmUp() throws InterruptedException {
        Peer peer = connect();
        sayAll(peer);
        assertThat(peer.isPaused()).isTrue();
        assertThat(mailbox).hasSizeLessThanOrEqualTo(Intake.MOST / SIZE);
    }

    @Test
    void everythingComesInOrderAsItIsTaken() throws InterruptedException {
        Peer peer = connect();
        sayAll(peer);
        for (int i = 0; i < MESSAGES; i++) {
            assertThat(mailbox).hasSizeLessThanOrEqualTo(Intake.MOST / SIZE);
            Signal.Received next = (Signal.Received) mailbox.remove();
            assertThat(next.message()).isEqualTo(message(i));
            assertThat(link.receive(next.message())).isEmpty();
        }
        assertThat(mailbox).isEmpty();
        assertThat(peer.isPaused()).isFalse();
    }

    /** What an earlier connection said and nobody took does not count against the next. */
    @Test
    void aNewConnectionBeginsAnew() throws InterruptedException {
        sayAll(connect());
        mailbox.clear();
        link.close();
        mailbox.clear();
        Peer next = connect();
        next.sayText(message(0));
        assertThat(next.isPaused()).isFalse();
    }
}

package dev.weir.feature.run;

import dev.weir.feature.agent.AgentRuntime;
import dev.weir.feature.agent.AgentSocket;
import dev.weir.wire.runner.FrameCodec;
import dev.weir.wire.runner.GatewayFrame;
import dev.weir.wire.runner.Parts;
import dev.weir.wire.runner.RunnerFrame;
import java.util.Optional;
import java.util.function.Consumer;

/** The connection to a run's microVM, whichever it is at the moment. Used by the run's one thread; what comes in goes to its mailbox. */
final class RunLink {
    private final AgentRuntime runtime;
    private final String session;
    private final Consumer<Signal> mailbox;
    private AgentSocket socket;
    private Intake intake;
    private Parts parts = new Parts();
    private int connection;
    private boolean ended;
    private boolean greeted;
    private boolean attached;

    RunLink(AgentRuntime runtime, String session, Consumer<Signal> mailbox) {
        this.runtime = runtime;
        this.session = session;
        this.mailbox = mailbox;
    }

    /** Asks for a connection; {@code Opened} or {@code OpenFailed} follows. */
    void open() {
        runtime.open(session).onSuccess(this::opened).onFailure(cause -> mailbox.accept(new Signal.OpenFailed(cause)));
    }

    private synchronized void opened(AgentSocket late) {
        if (ended) {
            dismiss(late);
        } else {
            mailbox.accept(new Signal.Opened(late));
        }
    }

    /** Closes a connection that nobody wants any more. */
    static void dismiss(AgentSocket unwanted) {
        unwanted.listen(_ -> {}, _ -> {});
        unwanted.close();
    }

    /** This is the connection from now on. */
    void adopt(AgentSocket opened) {
        connection++;
        int number = connection;
        socket = opened;
        Intake own = new Intake(opened);
        intake = own;
        parts = new Parts();
        greeted = false;
        attached = false;
        opened.listen(message -> {
            own.came(message);
            mailbox.accept(new Signal.Received(number, message));
        }, how -> mailbox.accept(new Signal.Closed(number, how)));
    }

    boolean isCurrent(int number) {
        return socket != null && number == connection;
    }

    /** The other side has said which life of the microVM it is. */
    void greeted() {
        greeted = true;
    }

    /** The other side looks after the run over this connection; it must have said who it is before. */
    void attached() {
        if (!greeted) {
            throw new IllegalArgumentException("attached to a microVM that has not said which it is");
        }
        attached = true;
    }

    boolean isAttached() {
        return socket != null && attached;
    }

    void requireAttached() {
        if (!isAttached()) {
            throw new IllegalArgumentException("events before the connection was attached");
        }
    }

    /**
     * The frame that {@code message} completes; fails with {@link IllegalArgumentException} on garbage. To be called for every message of the
     * current connection, when it is dealt with: as long as many wait, no more are taken from the microVM.
     */
    Optional<RunnerFrame> receive(String message) {
        intake.done(message);
        return parts.join(message).map(FrameCodec::decodeRunnerFrame);
    }

    /** Sends if there is a connection. A failure shows as the connection's end, after which everything needed is said again. */
    void send(GatewayFrame frame) {
        if (socket != null) {
            Parts.split(FrameCodec.encode(frame)).forEach(socket::send);
        }
    }

    /** Drops the connection; nothing of it is current any more. */
    void close() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    /** Drops the connection for good: one that opens from now on is closed at once. Those opened before are in the mailbox. */
    synchronized void end() {
        ended = true;
        close();
    }
}

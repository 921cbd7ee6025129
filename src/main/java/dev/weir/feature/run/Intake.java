package dev.weir.feature.run;

import dev.weir.feature.agent.AgentSocket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Holds one connection's microVM up while what it has said waits for the run's thread, whatever that thread is doing: from {@value #MOST}
 * characters on nothing is read, until half of them are dealt with.
 */
final class Intake {
    /** Eight of the largest messages. */
    static final int MOST = 256 * 1024;

    /** What a message costs beside its characters. */
    private static final int OVERHEAD = 128;

    private final AgentSocket socket;
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicBoolean paused = new AtomicBoolean();

    Intake(AgentSocket socket) {
        this.socket = socket;
    }

    /** A message came in, on the socket's thread. */
    void came(String message) {
        if (waiting.addAndGet(message.length() + OVERHEAD) >= MOST) {
            socket.pause(); // each time: a resume that was decided on before may come in between
            paused.set(true); // only now, so that whoever sees it resumes what is paused
            resumeIfDue();
        }
    }

    /** A message is dealt with, on any thread. */
    void done(String message) {
        waiting.addAndGet(-message.length() - OVERHEAD);
        resumeIfDue();
    }

    private void resumeIfDue() {
        if (waiting.get() <= MOST / 2 && paused.compareAndSet(true, false)) {
            socket.resume();
        }
    }
}

package dev.weir.runner;

/** The handler's process and all its children that did not leave its group. No signal goes out once it is {@link #close closed}. */
final class ProcessGroup {
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private final Process leader;
    private boolean closed;

    ProcessGroup(Process leader) {
        this.leader = leader;
    }

    void terminate() {
        signal(SIGTERM);
    }

    void kill() {
        signal(SIGKILL);
    }

    /** After this the number may name somebody else's group. */
    synchronized void close() {
        closed = true;
    }

    private synchronized void signal(int signal) {
        int id = (int) leader.pid();
        if (closed || id <= 1 || Posix.kill(-id, signal)) {
            return;
        }
        if (leader.isAlive()) {
            Posix.kill(id, signal); // it has not made its group yet
        }
    }
}

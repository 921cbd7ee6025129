package dev.weir.app;

import java.util.function.IntConsumer;

/**
 * Who hears of a signal: the sandbox that is at work, which ends what it has started. Before there is one, nothing was started: the process
 * says that it was interrupted, and ends. A second signal ends it at once.
 */
public final class SandboxSignals {
    /** As of a program that a signal ended, with the signal's number added. */
    static final int SIGNALLED = 128;

    private final IntConsumer exit;
    private SandboxOutput output;
    private Sandbox atWork;

    /** @param exit ends the process with that exit code, at once */
    SandboxSignals(IntConsumer exit) {
        this.exit = exit;
    }

    /** Of this process. */
    public static SandboxSignals ofProcess() {
        return new SandboxSignals(code -> Runtime.getRuntime().halt(code));
    }

    /** From now on; {@code output} is where an interruption is told. */
    public void listen(SandboxOutput output) {
        tellOn(output);
        StopSignals.handle(this::heard, number -> exit.accept(SIGNALLED + number));
    }

    synchronized void tellOn(SandboxOutput place) {
        output = place;
    }

    synchronized void handTo(Sandbox sandbox) {
        atWork = sandbox;
    }

    void heard(int number) {
        Sandbox sandbox;
        synchronized (this) {
            sandbox = atWork;
            if (sandbox == null) { // and there will be none
                output.fail("interrupted");
                exit.accept(SIGNALLED + number);
            }
        }
        if (sandbox != null) {
            sandbox.interrupt(number);
        }
    }
}

package dev.weir.runner;

import dev.weir.wire.runner.RunnerFrame.Failed;

/** The runner cannot run what it was asked to; the message is fit for the caller. */
final class RunFailure extends Exception {
    private static final long serialVersionUID = 1L;

    RunFailure(String message) {
        super(message, null, false, false);
    }

    Failed event() {
        return new Failed("runtime_error", getMessage());
    }
}

package dev.weir.feature.run;

import java.util.Optional;

/** How an execution ends, decided before the terminal event has its number. */
sealed interface Verdict {
    /** The run is over. */
    record Over(RunStatus status, Optional<String> output, Optional<RunError> error) implements Verdict {
        static Over failed(String kind, String message) {
            return new Over(RunStatus.FAILED, Optional.empty(), Optional.of(new RunError(kind, message)));
        }

        static Over of(RunStatus status) {
            return new Over(status, Optional.empty(), Optional.empty());
        }
    }

    /** The microVM is gone, and with it what the handler was doing. */
    record SessionLost() implements Verdict {}

    /** Another executing side has the run; nothing may be written any more. */
    record Lost() implements Verdict {}

    /** The run goes on, but not here. */
    record HandedOver() implements Verdict {}
}

package dev.weir.feature.run;

import dev.weir.wire.runner.RunnerFrame.Cancelled;
import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Failed;
import dev.weir.wire.runner.RunnerFrame.Message;
import dev.weir.wire.runner.RunnerFrame.Output;
import dev.weir.wire.runner.RunnerFrame.Succeeded;
import dev.weir.wire.runner.RunnerFrame.TimedOut;
import java.util.Optional;
import java.util.Set;

/** How an execution ends, decided before the terminal event has its number. */
sealed interface Verdict {
    /** The kinds of failure a runner can know of. */
    Set<String> KINDS = Set.of("handler_error", "output_invalid", "runtime_error");

    /** Characters of a failure's message that are kept. */
    int MAX_MESSAGE = 4000;

    /** The run is over. */
    record Over(RunStatus status, Optional<String> output, Optional<RunError> error) implements Verdict {
        static Over failed(String kind, String message) {
            return new Over(RunStatus.FAILED, Optional.empty(), Optional.of(new RunError(kind, message)));
        }

        static Over of(RunStatus status) {
            return new Over(status, Optional.empty(), Optional.empty());
        }

        /** What a runner's last event says. Its words are the microVM's, where anything may run: taken only as far as they can be true. */
        static Over of(Event result) {
            return switch (result) {
                case Succeeded done ->
                    new Over(RunStatus.SUCCEEDED, Optional.of(done.output().toString()), Optional.empty());
                case Failed failed -> failed(KINDS.contains(failed.kind()) ? failed.kind() : "handler_error",
                        failed.message().substring(0, Math.min(MAX_MESSAGE, failed.message().length())));
                case Cancelled _ -> of(RunStatus.CANCELLED);
                case TimedOut _ -> of(RunStatus.TIMED_OUT);
                case Output _,Message _ -> throw new IllegalArgumentException("not a result");
            };
        }
    }

    /** The microVM is gone, and with it what the handler was doing. */
    record SessionLost() implements Verdict {}

    /** Another executing side has the run; nothing may be written any more. */
    record Lost() implements Verdict {}

    /** The run goes on, but not here. */
    record HandedOver() implements Verdict {}
}

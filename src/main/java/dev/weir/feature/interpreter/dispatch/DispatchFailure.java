package dev.weir.feature.interpreter.dispatch;

import dev.weir.kernel.Problem;
import java.util.Optional;

/** Ends a dispatch. Without a stack trace: it is an answer. */
final class DispatchFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient DispatchResult.Failure failure;

    /** @param message fit for the caller */
    DispatchFailure(ErrorKind kind, String message) {
        this(new DispatchResult.Failure(kind, message, Optional.empty()));
    }

    private DispatchFailure(DispatchResult.Failure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    /** What the service, or the pool, said. */
    static DispatchFailure of(Problem problem) {
        return new DispatchFailure(
                new DispatchResult.Failure(ErrorKind.TRANSPORT, problem.detail(), Optional.of(problem)));
    }

    static DispatchFailure cancelled() {
        return new DispatchFailure(ErrorKind.CANCELLED, "nobody wants the result any more");
    }

    boolean isTimeout() {
        return failure.problem().filter(Problem.UpstreamTimeout.class::isInstance).isPresent();
    }

    DispatchResult.Failure failure() {
        return failure;
    }
}

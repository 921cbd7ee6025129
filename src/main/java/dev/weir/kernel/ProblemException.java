package dev.weir.kernel;

import java.util.concurrent.ThreadLocalRandom;

/** The one way a {@link Problem} fails a future. It has no stack trace: an expected answer is not a fault. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    public ProblemException(Problem problem, Throwable cause) {
        super(problem.detail(), cause, false, false);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }

    /** The problem in {@code failure}, or a new {@link Problem.Internal} for anything unexpected. */
    public static Problem problemOf(Throwable failure) {
        return failure instanceof ProblemException known
                ? known.problem
                : new Problem.Internal(Long.toHexString(ThreadLocalRandom.current().nextLong()));
    }
}

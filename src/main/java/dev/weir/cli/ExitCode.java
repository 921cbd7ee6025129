package dev.weir.cli;

import dev.weir.kernel.Problem;

/** What a command tells its caller by its exit status. 130 is the JVM's own answer to an interrupt. */
public final class ExitCode {
    public static final int OK = 0;
    public static final int INTERNAL = 1;
    public static final int USAGE = 2;

    private ExitCode() {}

    public static int of(Problem problem) {
        return switch (problem) {
            case Problem.Invalid _,Problem.TooLarge _ -> USAGE;
            case Problem.Unauthenticated _,Problem.Forbidden _ -> 3;
            case Problem.NotFound _ -> 4;
            case Problem.Conflict _,Problem.InUse _,Problem.Gone _,Problem.Unprocessable _ -> 5;
            case Problem.QuotaExceeded _ -> 6;
            case Problem.UpstreamFailed _,Problem.UpstreamTimeout _ -> 7;
            case Problem.Unavailable _ -> 8;
            case Problem.Internal _ -> INTERNAL;
        };
    }
}

package dev.weir.cli.client;

import dev.weir.kernel.Problem;

/**
 * What a command tells its caller by its exit status: of a problem of our own, of an HTTP status that a gateway answered, of a run that
 * is over. 130 is the JVM's own answer to an interrupt.
 */
public final class ExitCode {
    public static final int OK = 0;
    public static final int INTERNAL = 1;
    public static final int USAGE = 2;
    public static final int CONFLICT = 5;
    /** AgentCore's fault, or the handler's. */
    public static final int FAILED = 7;
    /** Also where nothing answers as a gateway does. */
    public static final int UNAVAILABLE = 8;
    private static final int FORBIDDEN = 3;
    private static final int ABSENT = 4;
    private static final int QUOTA = 6;

    private ExitCode() {}

    public static int of(Problem problem) {
        return switch (problem) {
            case Problem.Invalid _,Problem.TooLarge _ -> USAGE;
            case Problem.Unauthenticated _,Problem.Forbidden _ -> FORBIDDEN;
            case Problem.NotFound _ -> ABSENT;
            case Problem.Conflict _,Problem.InUse _,Problem.Gone _,Problem.Unprocessable _ -> CONFLICT;
            case Problem.QuotaExceeded _ -> QUOTA;
            case Problem.UpstreamFailed _,Problem.UpstreamTimeout _ -> FAILED;
            case Problem.Unavailable _ -> UNAVAILABLE;
            case Problem.Internal _ -> INTERNAL;
        };
    }

    /** For an HTTP status that is not a success. */
    public static int ofStatus(int status) {
        return switch (status) {
            case 400, 405, 406, 411, 413, 414, 415, 431 -> USAGE;
            case 401, 403 -> FORBIDDEN;
            case 404 -> ABSENT;
            case 409, 410, 422 -> CONFLICT;
            case 429 -> QUOTA;
            case 502, 504 -> FAILED;
            case 408, 503 -> UNAVAILABLE;
            default -> INTERNAL;
        };
    }

    /** For a run's terminal status, as its document names it. */
    public static int ofRun(String status) {
        return switch (status) {
            case "succeeded" -> OK;
            case "cancelled" -> CONFLICT;
            case "throttled" -> QUOTA;
            default -> FAILED;
        };
    }
}

package dev.weir.cli.client;

/** What a command's caller is told of an HTTP status: the same table as the server's problems have, read from the other side. */
public final class ExitStatus {
    public static final int OK = 0;
    public static final int INTERNAL = 1;
    public static final int USAGE = 2;
    public static final int CONFLICT = 5;
    public static final int FAILED = 7;
    public static final int UNAVAILABLE = 8;

    private ExitStatus() {}

    /** For a status that is not a success. */
    public static int of(int status) {
        return switch (status) {
            case 400, 413, 405, 406, 411, 415 -> USAGE;
            case 401, 403 -> 3;
            case 404 -> 4;
            case 409, 410, 422 -> CONFLICT;
            case 429 -> 6;
            case 502, 504 -> FAILED;
            case 503 -> UNAVAILABLE;
            default -> INTERNAL;
        };
    }

    /** For a run's terminal status, as its document names it. */
    public static int ofRun(String status) {
        return switch (status) {
            case "succeeded" -> OK;
            case "cancelled" -> CONFLICT;
            case "throttled" -> 6;
            default -> FAILED;
        };
    }
}

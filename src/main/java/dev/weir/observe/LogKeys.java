package dev.weir.observe;

/** The key names of structured log fields; values are ids and names, never payloads or credentials. */
public final class LogKeys {
    public static final String TENANT = "tenant";
    public static final String RUN = "run";
    public static final String SESSION = "session";
    public static final String ROUTE = "route";
    public static final String METHOD = "method";
    public static final String STATUS = "status";
    public static final String PROBLEM = "problem";
    public static final String INCIDENT = "incident";
    public static final String REQUEST = "request";
    public static final String BYTES = "bytes";
    public static final String MILLIS = "ms";

    private LogKeys() {}
}

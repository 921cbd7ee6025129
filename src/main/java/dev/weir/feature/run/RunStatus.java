package dev.weir.feature.run;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** {@code queued -> running -> succeeded | failed | cancelled | timed_out}, and {@code queued -> throttled | cancelled | failed}. */
public enum RunStatus {
    QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED, TIMED_OUT, THROTTLED;

    /** Terminal states never change. */
    public boolean isTerminal() {
        return this != QUEUED && this != RUNNING;
    }

    /** The name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<RunStatus> byName(String wireName) {
        return Arrays.stream(values()).filter(status -> status.wireName().equals(wireName)).findFirst();
    }
}

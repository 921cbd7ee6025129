package dev.weir.kernel;

import java.util.Locale;

/** What a principal is in its tenant. */
public enum Role {
    OWNER, DEVELOPER;

    /** The name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

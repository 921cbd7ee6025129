package dev.weir.config;

import java.util.Locale;

/**
 * One key of the configuration.
 *
 * @param key dash-case path, such as {@code server.max-header-bytes}
 * @param kind what its text may be
 * @param description for the person who edits the file: one or more sentences without the default
 */
public record Setting(String key, Kind kind, String description) {
    /** The environment variable that sets it; for an open key the prefix of such variables. */
    public String variable() {
        return "WEIR_" + key.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }

    /** Whether the key stands for a mapping whose names are the user's own. */
    public boolean isOpen() {
        return kind instanceof Kind.Named;
    }
}

package dev.weir.platform.pip;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One accepted line.
 *
 * @param text name, extras, versions and marker, as they may be handed on
 * @param name in its normal form (PEP 503)
 * @param sha256 the hashes it allows, in hexadecimal; empty = any
 */
record Requirement(String text, String name, List<String> sha256) {
    private static final Pattern SEPARATORS = Pattern.compile("[-_.]+");

    Requirement {
        sha256 = List.copyOf(sha256);
    }

    static String normal(String name) {
        return SEPARATORS.matcher(name).replaceAll("-").toLowerCase(Locale.ROOT);
    }

    /** As a line of a requirements file. */
    String line() {
        StringBuilder line = new StringBuilder(text);
        sha256.forEach(hash -> line.append(" --hash=sha256:").append(hash));
        return line.toString();
    }
}

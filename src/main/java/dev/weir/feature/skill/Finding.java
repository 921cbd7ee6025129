package dev.weir.feature.skill;

/**
 * What a check has to say of a package.
 *
 * @param severity {@code error} refuses the upload, {@code warning} does not
 * @param file the archive entry, empty for the archive as a whole
 * @param line 1-based, 0 where none applies
 */
public record Finding(String rule, String severity, String file, int line, String message) {
    /** Whether it alone refuses the package. */
    public boolean refuses() {
        return severity.equals("error");
    }
}

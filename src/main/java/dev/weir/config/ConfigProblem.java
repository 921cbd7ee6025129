package dev.weir.config;

/**
 * One thing that is wrong with the configuration; it never quotes the offending value, which may be a secret in the wrong place.
 *
 * @param key as written
 * @param source {@code file:line}, an environment variable, or a flag
 * @param message completes the sentence that begins with the key
 */
public record ConfigProblem(String key, String source, String message) {
    @Override
    public String toString() {
        return source + ": " + (key.isEmpty() || key.equals(source) ? "" : key + " ") + message;
    }
}

package dev.weir.kernel;

/** A value that must not be printed: {@code toString}, and so every log and message, shows only that it is there. */
public record Redacted(String reveal) {
    @Override
    public String toString() {
        return "[redacted]";
    }
}

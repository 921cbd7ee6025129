package dev.weir.config;

/**
 * One key as some source sets it.
 *
 * @param text null if the source has no text there but a list or a mapping
 */
record Entry(String key, String text, String source) {
    /** Without the text, which may be a secret in the wrong place. */
    @Override
    public String toString() {
        return key + " from " + source;
    }
}

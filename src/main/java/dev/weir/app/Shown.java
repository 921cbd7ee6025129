package dev.weir.app;

/** What was shown so far, to know it when it comes again. Keeps the last million characters. */
final class Shown {
    private static final int MOST = 1 << 20;

    private final StringBuilder kept = new StringBuilder();
    private boolean whole = true;

    boolean isEmpty() {
        return kept.isEmpty();
    }

    void add(String text) {
        kept.append(text);
        if (kept.length() > 2 * MOST) {
            kept.delete(0, kept.length() - MOST);
            whole = false;
        }
    }

    /** What of {@code text} was not shown: all of it, nothing, or what follows on what was. Line breaks at the end do not count. */
    String newIn(String text) {
        String old = kept.toString().stripTrailing();
        String compared = text.stripTrailing();
        if (compared.isEmpty() || old.endsWith(compared) || (!whole && compared.endsWith(old))) {
            return "";
        }
        return whole && text.startsWith(kept.toString()) ? text.substring(kept.length()) : text;
    }
}

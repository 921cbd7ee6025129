package dev.weir.feature.skill.change;

import dev.weir.feature.skill.change.SchemaChange.Reason;
import java.util.ArrayList;
import java.util.List;

/** Reasons as they are found: as many as anybody reads, and always one of the highest level there is. */
final class Reasons {
    static final int MOST = 100;
    static final int LONGEST_POINTER = 300;

    private final List<Reason> kept = new ArrayList<>();
    private ChangeLevel highest = ChangeLevel.PATCH;

    void add(ChangeLevel level, String pointer, String message) {
        if (kept.size() == MOST && level.compareTo(highest) <= 0) {
            return;
        }
        if (kept.size() == MOST) {
            kept.removeLast();
        }
        highest = highest.or(level);
        kept.add(new Reason(level, pointer.length() <= LONGEST_POINTER
                ? pointer
                : pointer.substring(0, LONGEST_POINTER) + "...", message));
    }

    boolean isEmpty() {
        return kept.isEmpty();
    }

    List<Reason> kept() {
        return kept;
    }
}

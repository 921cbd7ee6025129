package dev.weir.feature.interpreter.pool;

import dev.weir.feature.interpreter.tool.Interpreter;
import java.util.HashSet;
import java.util.Set;

/** A session's place in the pool, from before it is started. Guarded by the pool's lock, but for what its one lessee has. */
final class Slot {
    private static final int MAX_NOTES = 256;

    final PoolKey key;
    final long generation;
    /** Before the service was asked: its session is never older than we think. */
    final long born;
    private final Set<String> notes = new HashSet<>();

    Interpreter interpreter;
    String session;
    long lastUsed;
    long lent;
    /** Whether it left the pool already, while still in use. */
    boolean spoiled;

    Slot(PoolKey key, long generation, long born) {
        this.key = key;
        this.generation = generation;
        this.born = born;
        this.lastUsed = born;
    }

    /** The lessee's: forgets everything rather than to remember without bound. */
    void note(String note) {
        if (notes.size() >= MAX_NOTES) {
            notes.clear();
        }
        notes.add(note);
    }

    boolean isNoted(String note) {
        return notes.contains(note);
    }
}

package dev.weir.feature.interpreter.dispatch;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How deep a dispatch is nested, and how many calls its whole family has left: a child draws on its parent's budget. Usable from any thread.
 */
public final class Counters {
    private static final int MAX_DEPTH = 5;
    private static final int MAX_CALLS = 50;

    private final int depth;
    private final AtomicInteger calls;

    private Counters(int depth, AtomicInteger calls) {
        this.depth = depth;
        this.calls = calls;
    }

    /** For a dispatch that no other dispatch asked for: depth 1, nothing called yet. */
    public static Counters root() {
        return new Counters(1, new AtomicInteger());
    }

    /** For what this one's skill dispatches. */
    public Counters child() {
        return new Counters(depth + 1, calls);
    }

    public int depth() {
        return depth;
    }

    /** Calls of the whole family so far. */
    public int calls() {
        return calls.get();
    }

    /** Counts a call; a refused one does not count. */
    void count() throws DispatchFailure {
        if (depth > MAX_DEPTH) {
            throw new DispatchFailure(ErrorKind.DEPTH, "skills are nested more than " + MAX_DEPTH + " deep");
        }
        if (calls.getAndUpdate(n -> Math.min(n + 1, MAX_CALLS)) >= MAX_CALLS) {
            throw new DispatchFailure(ErrorKind.BUDGET, "the budget of " + MAX_CALLS + " calls is used up");
        }
    }
}

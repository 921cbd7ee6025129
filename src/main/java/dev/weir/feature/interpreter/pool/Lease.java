package dev.weir.feature.interpreter.pool;

import dev.weir.feature.interpreter.tool.Interpreter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * A session, for the time of one piece of work. The pool ends it when the work's future completes; there is no way to give it back, so none to
 * do so twice. What is used afterwards fails with {@link IllegalStateException}. Usable from any thread.
 */
public final class Lease {
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean spoiled;
    private final AtomicInteger calls = new AtomicInteger();
    private final Slot slot;
    private final boolean fresh;
    private final Duration lifetime;
    private final LongSupplier nanos;
    private final BiConsumer<Lease, String> spoiler;
    private final long number;
    private final Duration unused;
    private final Interpreter interpreter = new LentInterpreter(this);

    Lease(Slot slot, boolean fresh, Duration lifetime, LongSupplier nanos,
            BiConsumer<Lease, String> spoiler) {
        this.slot = slot;
        this.number = slot.lent;
        this.unused = fresh ? Duration.ZERO : Duration.ofNanos(nanos.getAsLong() - slot.lastUsed);
        this.fresh = fresh;
        this.lifetime = lifetime;
        this.nanos = nanos;
        this.spoiler = spoiler;
    }

    /**
     * Calls this session and no other, and neither starts nor stops any. A call that fails (but for one that was {@code Invalid}), is abandoned,
     * or has not ended when the work does, spoils the session: what it called may still be at work.
     */
    public Interpreter interpreter() {
        requireLive();
        return interpreter;
    }

    /** The service's name of the session. */
    public String session() {
        requireLive();
        return slot.session;
    }

    /** Whether the session was started for this very lease. */
    public boolean fresh() {
        return fresh;
    }

    /** What is left of the session's life; never negative. */
    public Duration left() {
        Duration left = lifetime.minusNanos(nanos.getAsLong() - slot.born);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** How long nobody had used the session when it was lent: one that ended meanwhile at the service is found out by its first call only. */
    public Duration unused() {
        return unused;
    }

    /**
     * Remembers something of this very session for those who get it later, such as what is installed in it. It is forgotten with the session, or
     * when there are too many notes: never rely on one that is not there.
     */
    public synchronized void note(String note) {
        requireLive();
        slot.note(note);
    }

    public synchronized boolean isNoted(String note) {
        requireLive();
        return slot.isNoted(note);
    }

    /**
     * Quarantine: the session is stopped now, with whatever runs in it, and never lent again. Repeated, it does nothing.
     *
     * @param reason for the log: no value of a caller's
     */
    public void spoil(String reason) {
        requireLive();
        spoiled = true;
        spoiler.accept(this, reason);
    }

    /** Whether the session is in quarantine, and so on its way out. */
    public boolean isSpoiled() {
        return spoiled;
    }

    /** Notes the end; false if a call is still under way. */
    synchronized boolean end() {
        ended.set(true);
        return calls.get() == 0;
    }

    void callBegins() {
        calls.incrementAndGet();
        if (ended.get()) {
            calls.decrementAndGet();
            requireLive();
        }
    }

    void callEnds() {
        calls.decrementAndGet();
    }

    /** As {@link #spoil}; nothing after the end, for the pool has looked after it by then. */
    void spoilIfLive(String reason) {
        if (!ended.get()) {
            spoiled = true;
            spoiler.accept(this, reason);
        }
    }

    void requireLive() {
        if (ended.get()) {
            throw new IllegalStateException("the lease of this session has ended");
        }
    }

    /** Which lending of the slot this is. */
    long number() {
        return number;
    }

    Slot slot() {
        return slot;
    }
}

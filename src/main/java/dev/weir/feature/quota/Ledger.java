package dev.weir.feature.quota;

import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counters of what is used, and holds: what one run reserved of them. The life of a hold:
 * <ol>
 * <li>{@link #reserve} makes it. It counts in full, for as long as {@link #extend} makes its lease longer in time.</li>
 * <li>When its lease is long over, it lapses: only {@link Dimension#lapsed} of it goes on counting.</li>
 * <li>Who executes the run all the same {@link #extend}s it, and it counts in full again, be that beyond a limit: counters say what is.</li>
 * <li>{@link #settle} or {@link #giveBack} ends it, lapsed or not: counters get to where they were if it had never lapsed.</li>
 * <li>What ended stays as a mark for {@link #MARKED}, so that no latecomer begins it anew; what lapsed waits for {@link #KEPT}.</li>
 * </ol>
 *
 * <p>Who executes the run shows the fence of its claim: a newer one takes the hold over, an older one changes nothing. To end a hold needs no
 * fence: the record of a run that ended is final, and nobody executes it any more.
 *
 * <p>Every change is atomic, happens once however often it is asked for, and is durable when its future completes. Holds whose lease ended by
 * the time that is called {@code stale} may lapse; that is some time ago, so that who was only asleep can come first.
 */
public interface Ledger {
    /**
     * Adds every draw to its counter, or none: each only if {@code used + amount <= limit} afterwards, where a counter that does not exist
     * is 0. Stale holds of the same tenant lapse first.
     *
     * <p>For a run that was not executed yet. If it has a hold of the same or an older fence, that is taken over and extended, and nothing is
     * added; one that lapsed is given back, and begun anew. Where the hold has ended or is of a newer fence nothing changes, and the answer is
     * {@code Granted} too: the run itself is what refuses a latecomer.
     */
    Future<Answer> reserve(Hold hold, Instant stale);

    /**
     * For a run that is executing: takes the hold over, makes its lease end at {@code until} if that is later, and if it lapsed, brings it
     * back whole whatever the limits. False, and nothing changed, if there is none, it has ended, or it is of a newer fence.
     */
    Future<Boolean> extend(String hold, long fence, Instant until);

    /** Ends a hold whose run executed and ended: counters keep what {@link Dimension#kept} says. False, and nothing changed, if it has ended. */
    Future<Boolean> settle(String hold, Duration billable);

    /** Ends a hold whose run ended and never executed: counters get everything back. False, and nothing changed, if it has ended. */
    Future<Boolean> giveBack(String hold);

    /** Lets up to {@code max} stale holds lapse, oldest first, and forgets what is of long ago. How many lapsed. */
    Future<Integer> lapse(Instant stale, int max);

    /** What is used now, holds included, as if stale ones had lapsed; 0 for a counter that does not exist. */
    Future<Map<Counter, Long>> used(Set<Counter> counters, Instant stale);

    /** How long a counter is kept after its period, or after it was last added to and is 0; and how long a lapsed hold waits for its end. */
    Duration KEPT = Duration.ofDays(62);

    /** How long after its lease an ended hold is known as such: longer than who lost a run may take to notice. */
    Duration MARKED = Duration.ofDays(1);

    /** One number: how much of a dimension a scope used in a period. */
    record Counter(Scope scope, Dimension dimension, String period) {}

    /**
     * A conditional addition.
     *
     * @param amount from 1 to {@link #MOST}
     */
    record Draw(Counter counter, long amount, long limit) {
        /** Far above any amount of milliseconds that a run can take, far below what overflows. */
        public static final long MOST = 1L << 50;

        public Draw {
            if (amount < 1 || amount > MOST) {
                throw new IllegalArgumentException("amount out of bounds");
            }
        }

        /** Whether it fits in when {@code used} is used. */
        public boolean fits(long used) {
            return used <= limit - amount;
        }

        /** Whether it fits in at all, when nothing is used. */
        public boolean everFits() {
            return fits(0);
        }
    }

    /**
     * What one run holds.
     *
     * @param id of the run
     * @param fence of the claim of who asks
     * @param draws of one tenant, at most one per counter
     * @param at when it is reserved
     * @param until when its lease ends unless it is extended
     */
    record Hold(String id, long fence, TenantId tenant, List<Draw> draws, Instant at, Instant until) {
        public Hold {
            draws = List.copyOf(draws);
            Set<Counter> counters = new HashSet<>();
            for (Draw draw : draws) {
                if (!counters.add(draw.counter()) || !draw.counter().scope().tenant().equals(tenant)) {
                    throw new IllegalArgumentException("draws are of one tenant and each of another counter");
                }
            }
        }
    }

    /** A draw that did not fit in, and what was used then. */
    record Shortage(Draw draw, long used) {}

    /** What {@link #reserve} did. */
    sealed interface Answer {
        /** The hold is there. */
        record Granted() implements Answer {}

        /** Nothing was reserved: each of these draws did not fit in. */
        record Refused(List<Shortage> shortages) implements Answer {
            public Refused {
                shortages = List.copyOf(shortages);
            }
        }
    }
}

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
 * Counters of what is used, and holds: reservations that end by being settled or given back, or, if whoever made them died, by their lease.
 * Every change is atomic, happens once however often it is asked for, and is durable when its future completes.
 */
public interface Ledger {
    /**
     * Adds every draw to its counter, or none: each only if {@code used + amount <= limit} afterwards, where a counter that does not exist
     * is 0. If a hold of the same id has not ended, nothing is added, its lease is extended, and the answer is {@code Granted}. Holds of the
     * same tenant whose lease ended by {@code now} are given back first.
     */
    Future<Answer> reserve(Hold hold, Instant now);

    /**
     * As {@link #reserve}, but whatever the limits: for a run that was admitted once and is executing, so that the counters say what is,
     * even beyond a limit. Holds of others are left alone.
     *
     * @return whether the hold was still there, and only its lease was extended
     */
    Future<Boolean> restore(Hold hold, Instant now);

    /** Makes the lease end later; false if there is no such hold any more. */
    Future<Boolean> extend(String hold, Instant until);

    /** Ends a hold whose run ended: counters keep what {@link Dimension#kept} says. False, and nothing changed, if it has ended. */
    Future<Boolean> settle(String hold, Duration billable);

    /** Ends a hold that was not used: counters get everything back. False, and nothing changed, if it has ended. */
    Future<Boolean> giveBack(String hold);

    /** Gives back up to {@code max} holds whose lease ended by {@code now}, oldest first, and forgets counters of long ago. How many holds. */
    Future<Integer> lapse(Instant now, int max);

    /** What is used now, holds included; 0 for a counter that does not exist. */
    Future<Map<Counter, Long>> used(Set<Counter> counters);

    /** How long a counter is kept after its period, for those who look back. */
    Duration KEPT = Duration.ofDays(62);

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
    }

    /**
     * What one run holds.
     *
     * @param id of the run
     * @param draws of one tenant, at most one per counter
     * @param until when it lapses unless it is extended
     */
    record Hold(String id, TenantId tenant, List<Draw> draws, Instant until) {
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

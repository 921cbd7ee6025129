package dev.weir.feature.interpreter.pool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The sessions of one key. Guarded by the pool's lock. */
final class Shelf {
    /** The least recently used first. */
    final ArrayDeque<Slot> free = new ArrayDeque<>();
    final Set<Slot> busy = new LinkedHashSet<>();
    final Set<Slot> starting = new LinkedHashSet<>();
    final ColdStarts coldStarts = new ColdStarts();
    final PoolKey key;
    /** Slots of an older generation were there when the tenant was flushed: they are never lent again. */
    long generation;
    long hits;
    long starts;
    long quarantined;

    Shelf(PoolKey key) {
        this.key = key;
    }

    int total() {
        return free.size() + busy.size() + starting.size();
    }

    boolean isEmpty() {
        return total() == 0;
    }

    boolean isCurrent(Slot slot) {
        return slot.generation == generation;
    }

    PoolState state(PoolSettings settings, long now) {
        List<PoolState.Session> sessions = new ArrayList<>(free.size() + busy.size());
        free.forEach(slot -> sessions.add(session(slot, false, settings, now)));
        busy.forEach(slot -> sessions.add(session(slot, true, settings, now)));
        return new PoolState(key, free.size(), starting.size(), generation, sessions, hits, starts, quarantined,
                coldStarts.last(), coldStarts.median());
    }

    private PoolState.Session session(Slot slot, boolean inUse, PoolSettings settings, long now) {
        Duration age = Duration.ofNanos(now - slot.born);
        Duration left = settings.lifetime().minus(age);
        return new PoolState.Session(inUse, age, left.isNegative() ? Duration.ZERO : left,
                inUse ? Duration.ZERO : Duration.ofNanos(now - slot.lastUsed), !isCurrent(slot) || slot.spoiled,
                slot.lent);
    }

    /** What the last starts took. */
    static final class ColdStarts {
        private static final int KEPT = 32;
        private final ArrayDeque<Duration> lasting = new ArrayDeque<>(KEPT);

        void add(Duration took) {
            if (lasting.size() == KEPT) {
                lasting.removeFirst();
            }
            lasting.addLast(took);
        }

        Optional<Duration> last() {
            return Optional.ofNullable(lasting.peekLast());
        }

        Optional<Duration> median() {
            return lasting.stream().sorted().skip(Math.max(0, (lasting.size() - 1) / 2)).findFirst();
        }
    }
}

package dev.weir.feature.interpreter.pool;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Which session is whose, and the rules of lending. Calls nobody; guarded by the pool's lock. */
final class Shelves {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Map<PoolKey, Shelf> shelves = new HashMap<>();
    private final PoolSettings settings;
    private final Shelf.ColdStarts coldStarts = new Shelf.ColdStarts();
    private int live;

    Shelves(PoolSettings settings) {
        this.settings = settings;
    }

    /**
     * A slot for a request.
     *
     * @param fresh whether its session is still to be started
     * @param evicted those that made room
     */
    record Taken(Slot slot, boolean fresh, List<Slot> evicted) {}

    /**
     * The least recently used free session that will do, else room for a new one.
     *
     * @param needs of its life it must have left
     * @param leaving sessions that left the pool and are not stopped yet
     */
    Taken take(PoolKey key, Duration needs, int leaving, long now) {
        Shelf shelf = shelves.get(key);
        if (shelf != null) {
            for (Iterator<Slot> each = shelf.free.iterator(); each.hasNext();) {
                Slot slot = each.next();
                if (!isStale(slot, now) && left(slot, now).compareTo(needs) >= 0) {
                    each.remove();
                    shelf.busy.add(slot);
                    shelf.hits++;
                    slot.lent++;
                    return new Taken(slot, false, List.of());
                }
            }
        }
        return room(key, leaving, now);
    }

    /** A slot for a session that is to be started, whatever is free. Fails with {@code Unavailable} where there is no room. */
    Taken room(PoolKey key, int leaving, long now) {
        if (live + leaving >= settings.limit() + Math.max(1, settings.limit() / 10)) {
            throw full();
        }
        List<Slot> evicted = new ArrayList<>();
        Shelf shelf = shelves.get(key);
        while (shelf != null && shelf.total() >= settings.warm() && !shelf.free.isEmpty()) {
            evicted.add(shelf.free.removeFirst());
            live--;
        }
        if (live >= settings.limit()) {
            evicted.add(oldest().orElseThrow(Shelves::full));
        }
        Shelf own = shelves.computeIfAbsent(key, Shelf::new);
        Slot slot = new Slot(key, own.generation, now);
        own.starting.add(slot);
        live++;
        return new Taken(slot, true, evicted);
    }

    /** The one that was used least recently of all that are free, taken out. */
    private Optional<Slot> oldest() {
        Optional<Slot> oldest = shelves.values().stream().filter(shelf -> !shelf.free.isEmpty())
                .map(shelf -> shelf.free.peekFirst()).min(Comparator.comparingLong(slot -> slot.lastUsed));
        oldest.ifPresent(slot -> drop(shelves.get(slot.key), List.of(slot), new ArrayList<>()));
        return oldest;
    }

    private static ProblemException full() {
        return new ProblemException(new Problem.Unavailable("all sessions of the code interpreter are in use",
                RETRY_AFTER, ""));
    }

    /** Its session is there: it is in use from now on. */
    void started(Slot slot, Duration took) {
        Shelf shelf = shelves.get(slot.key);
        shelf.starting.remove(slot);
        shelf.busy.add(slot);
        shelf.starts++;
        shelf.coldStarts.add(took);
        coldStarts.add(took);
        slot.lent++;
    }

    void notStarted(Slot slot) {
        Shelf shelf = shelves.get(slot.key);
        shelf.starting.remove(slot);
        live--;
        forgetIfEmpty(shelf);
    }

    /** The end of a use: it is free again, unless the tenant was flushed since the slot was made or {@code keep} is false. */
    List<Dropping> putBack(Slot slot, boolean keep, long now) {
        Shelf shelf = shelves.get(slot.key);
        shelf.busy.remove(slot);
        slot.lastUsed = now;
        List<Dropping> dropped = new ArrayList<>();
        if (slot.spoiled) {
            live--;
        } else if (!keep || !shelf.isCurrent(slot)) {
            live--;
            dropped.add(new Dropping(slot, keep ? PoolEvent.Reason.FLUSHED : PoolEvent.Reason.CLOSED));
        } else {
            shelf.free.addLast(slot);
        }
        while (shelf.free.size() > settings.warm()) {
            live--;
            dropped.add(new Dropping(shelf.free.removeFirst(), PoolEvent.Reason.EVICTED));
        }
        forgetIfEmpty(shelf);
        return dropped;
    }

    /** A slot that left the pool, and why. */
    record Dropping(Slot slot, PoolEvent.Reason reason) {}

    /** Takes a session out of everybody's reach; false if it is already, or if lending number {@code number} is over. */
    boolean spoil(Slot slot, long number) {
        Shelf shelf = shelves.get(slot.key);
        if (slot.spoiled || slot.lent != number || shelf == null || !shelf.busy.contains(slot)) {
            return false;
        }
        slot.spoiled = true;
        shelf.quarantined++;
        return true;
    }

    /** All that are in use: nobody gets them any more. */
    List<Slot> spoilBusy() {
        List<Slot> busy = shelves.values().stream().flatMap(shelf -> shelf.busy.stream())
                .filter(slot -> !slot.spoiled).toList();
        busy.forEach(slot -> slot.spoiled = true);
        return busy;
    }

    /** What a flush came to: all it concerns, and those of them that are to be stopped now. */
    record Flushed(int count, List<Slot> free) {}

    Flushed flush(Predicate<PoolKey> whose) {
        int count = 0;
        List<Slot> dropped = new ArrayList<>();
        for (Shelf shelf : List.copyOf(shelves.values())) {
            if (whose.test(shelf.key)) {
                count += shelf.free.size();
                count += (int) shelf.busy.stream().filter(slot -> shelf.isCurrent(slot) && !slot.spoiled).count();
                count += (int) shelf.starting.stream().filter(shelf::isCurrent).count();
                shelf.generation++;
                drop(shelf, List.copyOf(shelf.free), dropped);
            }
        }
        return new Flushed(count, dropped);
    }

    List<Slot> prune(long now) {
        List<Slot> dropped = new ArrayList<>();
        for (Shelf shelf : List.copyOf(shelves.values())) {
            drop(shelf, shelf.free.stream().filter(slot -> isStale(slot, now)).toList(), dropped);
        }
        return dropped;
    }

    private void drop(Shelf shelf, List<Slot> which, List<Slot> dropped) {
        shelf.free.removeAll(which);
        live -= which.size();
        dropped.addAll(which);
        forgetIfEmpty(shelf);
    }

    private void forgetIfEmpty(Shelf shelf) {
        if (shelf.isEmpty()) {
            shelves.remove(shelf.key);
        }
    }

    private boolean isStale(Slot slot, long now) {
        return now - slot.lastUsed >= settings.idle().toNanos() || left(slot, now).compareTo(settings.margin()) < 0;
    }

    private Duration left(Slot slot, long now) {
        return settings.lifetime().minusNanos(now - slot.born);
    }

    /** Free, in use or being started. */
    int live() {
        return live;
    }

    /** Of one key: free, in use or being started. */
    int total(PoolKey key) {
        Shelf shelf = shelves.get(key);
        return shelf == null ? 0 : shelf.total();
    }

    PoolTotals totals(int stopping) {
        int warm = 0;
        int inUse = 0;
        for (Shelf shelf : shelves.values()) {
            warm += shelf.free.size();
            inUse += shelf.busy.size();
        }
        return new PoolTotals(warm, inUse, live - warm - inUse, stopping);
    }

    int size(Predicate<PoolKey> whose) {
        return shelves.values().stream().filter(shelf -> whose.test(shelf.key))
                .mapToInt(shelf -> shelf.free.size() + shelf.busy.size()).sum();
    }

    List<PoolState> state(Predicate<PoolKey> whose, long now) {
        return shelves.values().stream().filter(shelf -> whose.test(shelf.key))
                .sorted(Comparator.comparing((Shelf shelf) -> shelf.key.user())
                        .thenComparing(shelf -> shelf.key.environment()))
                .map(shelf -> shelf.state(settings, now)).toList();
    }

    Optional<Duration> medianColdStart() {
        return coldStarts.median();
    }
}

package dev.weir.feature.run.feed;

import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** Where the writer of a run and its readers meet on this node. */
final class RunChannel {
    final RunId run;
    /** One look at the record at a time. */
    final AtomicBoolean checking = new AtomicBoolean();

    private final Map<Executor, LoopGroup> groups = new ConcurrentHashMap<>();
    private volatile Tail tail;
    private volatile RunEvent terminal;
    private volatile boolean starved;
    /** Holders: readers and the writer; changed only inside the map operations of {@link Feeds}. */
    private int holders;

    RunChannel(RunId run) {
        this.run = run;
    }

    RunChannel hold() {
        holders++;
        return this;
    }

    /** This channel, or null (which removes it from its map) when nobody holds it any more. */
    RunChannel release() {
        holders--;
        return holders == 0 ? null : this;
    }

    /** The loop's group; call on the loop. */
    LoopGroup group(Executor loop) {
        return groups.computeIfAbsent(loop, key -> new LoopGroup(run, key));
    }

    /** Forgets a group without members; call on its loop. */
    void drop(LoopGroup group) {
        groups.remove(group.loop(), group);
    }

    boolean hasReaders() {
        return !groups.isEmpty();
    }

    Tail tail() {
        return tail;
    }

    /** A writer came; with null, the last one went. */
    void attach(Tail newTail) {
        tail = newTail;
        wake();
    }

    RunEvent terminal() {
        return terminal;
    }

    /** A writer went; if another one has come meanwhile, that one stays. */
    void detach(Tail old) {
        if (tail == old) {
            attach(null);
        }
    }

    void over(RunEvent event) {
        terminal = event;
        wake();
    }

    /** A reader found neither ring nor log to have its next event: tell it when the log grows. */
    void starve() {
        starved = true;
    }

    void feed() {
        if (starved) {
            starved = false;
            wake();
        }
    }

    /** Lets every reader look again. */
    void wake() {
        groups.values().forEach(LoopGroup::schedule);
    }
}

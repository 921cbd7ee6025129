package dev.weir.feature.run;

import dev.weir.feature.run.event.RunId;

/** Tells executing sides that something changed. A lost hint costs time, never correctness: they look by themselves, too. */
public interface Hints {
    /** There is something in the queue. */
    void queued();

    /** A run is over: what follows from that can be done. */
    void ended();

    /** Somebody wants this run to end. */
    void cancelled(RunId run);
}

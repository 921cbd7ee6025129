package dev.weir.feature.run.feed;

/** One reader's place in a run. Call on the loop it was opened for. */
public interface Subscription {
    /** Continue: the subscriber is writable again. */
    void resume();

    /** The reader is gone; no call to the subscriber follows. Idempotent. */
    void cancel();
}

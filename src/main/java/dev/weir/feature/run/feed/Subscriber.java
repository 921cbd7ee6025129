package dev.weir.feature.run.feed;

/** Where a subscription's events go. Every call comes on the subscription's own loop. */
public interface Subscriber {
    /** Whether more can be written without piling up; when it becomes so again, the subscriber calls {@link Subscription#resume}. */
    boolean isWritable();

    /** Events in order, right after those of the last call; the batch is shared with other subscribers. */
    void write(Batch batch);

    /** The position the reader asked to resume from is not one of this run's: what follows is the whole stream from its start. */
    void reset();

    /** The terminal event was written: nothing follows. */
    void end();

    /** The subscription cannot go on; the reader should come back and resume. */
    void fail(Throwable cause);
}

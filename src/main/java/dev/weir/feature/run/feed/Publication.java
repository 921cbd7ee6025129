package dev.weir.feature.run.feed;

import dev.weir.feature.run.event.RunEvent;
import java.util.List;

/** The writing end of a run on this node. Used by one thread. */
public final class Publication {
    private final Feeds feeds;
    private final RunChannel channel;
    private final Tail tail;

    Publication(Feeds feeds, RunChannel channel, Tail tail) {
        this.feeds = feeds;
        this.channel = channel;
        this.tail = tail;
    }

    /** Shows events that follow those before to every reader, at once. */
    public void publish(List<RunEvent> events) {
        tail.publish(events);
        channel.wake();
    }

    /** Everything up to number {@code n} of this attempt is in the log. */
    public void durable(long n) {
        tail.durable(n);
        channel.feed();
    }

    /** The run is over; ends the publication. */
    public void finish(RunEvent terminal) {
        channel.over(terminal);
        feeds.release(channel);
    }

    /** This node stops writing, the run goes on elsewhere or later; ends the publication. */
    public void abandon() {
        channel.detach(tail);
        feeds.release(channel);
    }
}

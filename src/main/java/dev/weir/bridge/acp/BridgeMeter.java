package dev.weir.bridge.acp;

import java.time.Duration;

/** What is counted of a bridge, none of which is said by anybody. Calls come on event loops, of several bridges where they share one. */
public interface BridgeMeter {
    /** Where a line is counted. */
    enum Lane {
        FROM_CLIENT, TO_AGENT, FROM_AGENT, TO_CLIENT
    }

    void line(Lane lane);

    /** Not passed on; {@code kind} is one of a handful of words, such as {@code noise}, {@code oversize} or {@code lost_output}. */
    void dropped(String kind, long lines);

    /** The connection to the shell was made again. */
    void reconnected();

    /** From the order to connect until the agent could be told something. */
    void ready(Duration since);

    /** From a prompt until its answer. */
    void turn(Duration length);

    /** So many more, or less, of the client's requests are open. */
    void pending(int change);

    /** The bridge is at its end; its pending requests were taken back. */
    void ended();
}

package dev.weir.bridge.acp;

import dev.weir.feature.agent.ShellEnd;
import dev.weir.wire.jsonrpc.Envelope;
import java.util.List;

/** What a bridge is told of its agent. One event loop. */
interface AgentNews {
    /** A new agent runs; call {@link AgentLink#open} when it may be sent what waits. */
    void launched();

    /** What was begun with {@link #launched} has no end: the agent was lost before it was opened; another one is launched. */
    void interrupted();

    /** There is a connection again. */
    void reconnected();

    /** A line of the agent's; {@code whole} is false if it is too long, and then it is only its beginning. */
    void line(byte[] line, boolean whole, Envelope envelope);

    void gap(long lines);

    /** Whether these lines reached the agent cannot be told; it is still the same agent. */
    void undelivered(List<Outbox.Entry> lines);

    /** The agent, and all it knew, is gone; another one is being launched. */
    void vanished();

    /** The agent has ended; {@code words} is the end of what it said on its error channel. */
    void exited(int code, String words);

    /** The agent could not be launched. */
    void unlaunchable(String why);

    /** The shell is at its end. */
    void ended(ShellEnd end);
}

package dev.weir.feature.run;

import dev.weir.feature.agent.AgentSocket;

/** What happens to a run while it is executed; everything reaches its one thread as one of these. */
sealed interface Signal {
    /** The connection that was asked for is open. */
    record Opened(AgentSocket socket) implements Signal {}

    /** It could not be opened. */
    record OpenFailed(Throwable cause) implements Signal {}

    /** A message came over connection number {@code connection}. */
    record Received(int connection, String message) implements Signal {}

    /** Connection number {@code connection} is closed. */
    record Closed(int connection, AgentSocket.Closed how) implements Signal {}

    /** Events up to number {@code n} are durable, or ({@code held} false) the run is not ours any more. */
    record Saved(long n, boolean held) implements Signal {}

    /** The log did not take the events; they are still to be saved. */
    record SaveFailed(Throwable cause) implements Signal {}

    /** Somebody may have asked for the run to end. */
    record CancelHint() implements Signal {}

    /** The gateway is stopping: let go of the run, another gateway goes on. */
    record HandOver() implements Signal {}
}

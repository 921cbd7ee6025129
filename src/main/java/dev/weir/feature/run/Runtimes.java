package dev.weir.feature.run;

import dev.weir.feature.agent.AgentRuntime;

/** Where runs are executed, by what they are. */
@FunctionalInterface
public interface Runtimes {
    /**
     * What executes {@code run}: it is asked to open the run's session, and to end it. Called anew for each attempt, and to end one; the run
     * is as it is known then, so that its claim says what it was bound to.
     */
    AgentRuntime of(Run run);
}

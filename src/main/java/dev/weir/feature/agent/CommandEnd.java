package dev.weir.feature.agent;

/** How a command in a microVM ended. */
public sealed interface CommandEnd {
    /** By itself; 128 and more where a signal ended it. */
    record Exited(int code) implements CommandEnd {}

    /** AgentCore ended it: its time was over. */
    record TimedOut() implements CommandEnd {}
}

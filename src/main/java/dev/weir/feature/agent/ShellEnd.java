package dev.weir.feature.agent;

import dev.weir.kernel.Problem;
import java.util.OptionalInt;

/** Why there is no shell any more, or no connection to it. */
public sealed interface ShellEnd {
    /** Its program has ended; the code is absent where the platform did not say it. */
    record Exited(OptionalInt code) implements ShellEnd {}

    /** We let it go, or ended it. */
    record Left() implements ShellEnd {}

    /** Another client connected to the shell. */
    record TakenOver() implements ShellEnd {}

    /** The service closed because of what we sent (1002, 1003, 1007, 1009): a fault of ours. */
    record Faulty(int code) implements ShellEnd {}

    /** It could not be reached, at first or again; {@code problem} is the last refusal. */
    record Unreachable(Problem problem) implements ShellEnd {}
}

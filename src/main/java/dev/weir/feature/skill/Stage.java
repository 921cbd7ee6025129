package dev.weir.feature.skill;

import dev.weir.kernel.StageRef;

import java.time.Instant;
import java.util.Optional;

/**
 * One place a skill is deployed to, with its own settings.
 *
 * @param activeVersion the deployment that runs, absent until one was confirmed
 */
public record Stage(
        StageRef ref,
        StageSettings settings,
        Optional<String> activeVersion,
        Instant createdAt,
        Instant updatedAt) {
    /** What its handler runs in. */
    public enum RunsIn {
        /** A microVM of its own, for each attempt. */
        AGENT,
        /** A code interpreter's sandbox, lent from those that are warm for the same user. */
        INTERPRETER,
        /** The same, in a process of its own there: nothing that earlier runs patched is seen. */
        INTERPRETER_PROCESS
    }

    /** Time and memory class; L and XL go to the queue for long runs. */
    public enum Size {
        S, M, L, XL;

        /** Whether runs of this size go to the queue for long ones. */
        public boolean isLong() {
            return this == L || this == XL;
        }
    }
}

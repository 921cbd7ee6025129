package dev.weir.feature.interpreter.tool;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One code interpreter (an identifier of the service), with its sessions. No call of a tool is tried again here, for none can be repeated
 * safely. Failures of all methods: {@code Unavailable} when trying again later is sensible (throttled, conflict, quota, not reachable),
 * {@code UpstreamTimeout}, {@code NotFound} for a session that is not there or has ended, {@code Invalid} for what the service does not take,
 * {@code UpstreamFailed} otherwise.
 */
public interface Interpreter {
    /**
     * Starts a session: seconds, when it is cold.
     *
     * @param name 1 to 100 characters, for people
     * @param lifetime whole seconds from its creation, 1 s to 8 h; nothing extends it (AWS: StartCodeInterpreterSession)
     */
    Future<Session> start(Optional<String> name, Duration lifetime);

    /**
     * Calls a tool and hands on what it answers as it comes. The service ends a call after 15 minutes.
     *
     * @param within the whole of it; afterwards it fails with {@code UpstreamTimeout}, and what was called may still be at work
     */
    ToolRun invoke(String session, ToolCall call, Duration within, Results results);

    /** The session as the service has it. */
    Future<Session> find(String session);

    /** Ends the session and everything in it; completes also when there is none. Tried again where that is sensible. */
    Future<Void> stop(String session);

    /**
     * A session.
     *
     * @param id 1 to 40 characters of {@code [0-9a-zA-Z]}
     * @param createdAt by the service's clock
     * @param ready whether it can be used (READY, not TERMINATED)
     */
    record Session(String id, Instant createdAt, boolean ready) {}

    /** Told of each part of an answer: one at a time, in order; the next comes when the future has completed. */
    interface Results {
        /** A failed future breaks the call off, which then fails with the same cause. */
        Future<Void> next(ToolResult part);
    }

    /** A call that is under way. */
    interface ToolRun {
        /** Completes when the whole answer was handed on. */
        Future<Void> end();

        /** Stops listening: {@link #end} fails. The service knows no way to break off a call; only the end of the session does. */
        void abandon();
    }
}

package dev.weir.feature.interpreter.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * Told what happens in a dispatch, by its thread and in order; may block, which holds the output back. Any of these but {@link #audit} may throw,
 * which ends the dispatch; a {@link java.util.concurrent.CancellationException} ends it as cancelled.
 */
public interface DispatchEvents {
    /**
     * There is a session with the skill's files, and nothing was executed in it for this dispatch. Comes once at most; if it does not, nothing was.
     *
     * @param session the service's name of it
     * @return environment variables of the skill. They may be secrets: they are in the session for the skill's time only, and nowhere else
     */
    Map<String, String> begin(String session);

    /** What the skill wrote to {@code stdout} or {@code stderr}, as the service hands it on: all of it, not only what a result keeps. */
    void output(String stream, String text);

    /** A value that the skill yielded. They come when it has ended by itself, before the dispatch does; of one that was stopped there are none. */
    void message(JsonNode value);

    /** Once per dispatch, whatever came of it, and last. What this throws is logged and changes nothing. */
    void audit(DispatchAudit audit);
}

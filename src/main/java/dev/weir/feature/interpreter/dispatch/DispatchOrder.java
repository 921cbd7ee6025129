package dev.weir.feature.interpreter.dispatch;

import dev.weir.feature.interpreter.pool.PoolKey;
import io.vertx.core.Future;
import java.util.Objects;

/**
 * What is to be run, and for whom.
 *
 * @param args JSON text; it reaches the skill as data and nothing else
 * @param cancelled completes, in either way, when the result is not wanted any more
 */
public record DispatchOrder(PoolKey key, String slug, String args, Isolation isolation, Bundles bundles,
        Future<?> cancelled) {
    public DispatchOrder {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(slug, "slug");
        Objects.requireNonNull(args, "args");
    }

    /** How far a skill is kept from those that the same user ran in the same session before. */
    public enum Isolation {
        /**
         * In the session's interpreter, which is warm. Its own modules and those of other skills are loaded anew, and the environment, working
         * directory and module path are put back afterwards. What a skill patched in libraries and builtins, its threads, and files it left stay.
         */
        SESSION,
        /** In a fresh interpreter, with fresh copies of its files. Other files that were left in the session stay. */
        PROCESS
    }

    /** Without the arguments. */
    @Override
    public String toString() {
        return "DispatchOrder[" + key + ", " + slug + ", " + isolation + "]";
    }
}

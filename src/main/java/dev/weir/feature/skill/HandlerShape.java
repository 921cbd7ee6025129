package dev.weir.feature.skill;

import java.util.Optional;

/**
 * A handler as its source describes it.
 *
 * @param line 1-based, in its module
 * @param parameters how many it declares, optional ones included
 * @param docstring at most 4096 characters
 * @param inputSchema JSON Schema text guessed from the first parameter's annotation, absent where that does not say
 * @param outputSchema JSON Schema text guessed from the return annotation; absent for generators
 */
public record HandlerShape(
        Kind kind,
        int line,
        int parameters,
        Optional<String> docstring,
        Optional<String> inputSchema,
        Optional<String> outputSchema) {

    /** How a handler answers; {@code UNKNOWN} where the name is bound to something that only running it would tell. */
    public enum Kind {
        FUNCTION, COROUTINE, GENERATOR, ASYNC_GENERATOR, UNKNOWN
    }
}

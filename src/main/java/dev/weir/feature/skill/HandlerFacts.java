package dev.weir.feature.skill;

import java.util.Optional;

/**
 * What the scan read of the handler without running it.
 *
 * @param handler {@code module:function}
 * @param docstring as in the source, indentation included
 * @param inputGuess JSON Schema text guessed from the parameter's annotation
 * @param outputGuess JSON Schema text guessed from the return annotation
 */
public record HandlerFacts(
        String handler,
        Optional<String> docstring,
        Optional<String> inputGuess,
        Optional<String> outputGuess) {}

package dev.weir.feature.interpreter.tool;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import java.util.Map;
import java.util.Optional;

/**
 * The interpreters of an installation.
 *
 * @param byEnvironment by the name that callers know each by
 * @param usual the environment of who names none
 */
public record Interpreters(Map<String, Interpreter> byEnvironment, String usual) {
    public Interpreters {
        byEnvironment = Map.copyOf(byEnvironment);
    }

    public Optional<Interpreter> find(String environment) {
        return Optional.ofNullable(byEnvironment.get(environment));
    }

    /** The interpreter behind {@code environment}; throws {@code NotFound}. */
    public Interpreter of(String environment) {
        return find(environment)
                .orElseThrow(() -> new ProblemException(new Problem.NotFound("environment", environment)));
    }
}

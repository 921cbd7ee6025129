package dev.weir.feature.skill;

import dev.weir.feature.skill.DependencyBundler.Resolved;
import java.util.List;
import java.util.Optional;

/**
 * What a package is to those who invoke it; a deployment freezes it together with the code.
 *
 * @param description what a model is told the tool does; may be empty
 * @param inputSchema JSON Schema text, absent when any object is accepted
 * @param outputSchema JSON Schema text
 * @param handler {@code module:function}
 * @param dependencies bundled with the code, by name
 */
public record PackageMetadata(
        String description,
        Optional<String> inputSchema,
        Optional<String> outputSchema,
        String handler,
        List<Resolved> dependencies) {
    public PackageMetadata {
        dependencies = List.copyOf(dependencies);
    }
}

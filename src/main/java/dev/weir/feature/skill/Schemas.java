package dev.weir.feature.skill;

import dev.weir.kernel.Offload;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Violation;
import dev.weir.wire.schema.InputSchema;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Schemas that clients bring, read off the event loop before anybody relies on them. */
final class Schemas {
    private final Offload offload;

    Schemas(Offload offload) {
        this.offload = offload;
    }

    /** Fails with {@code Invalid}, naming the field and what is wrong with it, unless every schema that is there compiles. */
    Future<Void> require(Skills.Metadata metadata) {
        return offload.call(() -> {
            List<Violation> violations = new ArrayList<>();
            check("/input_schema", metadata.inputSchema(), violations);
            check("/output_schema", metadata.outputSchema(), violations);
            if (!violations.isEmpty()) {
                throw new ProblemException(new Problem.Invalid("a schema cannot be used", violations));
            }
            return null;
        });
    }

    private static void check(String pointer, Optional<String> schema, List<Violation> violations) {
        try {
            schema.ifPresent(InputSchema::compile);
        } catch (IllegalArgumentException illegal) {
            violations.add(new Violation(pointer, illegal.getMessage()));
        }
    }
}

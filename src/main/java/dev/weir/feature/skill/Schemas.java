package dev.weir.feature.skill;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Violation;
import dev.weir.wire.schema.InputSchema;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Schemas that clients bring, read off the event loop before anybody relies on them. */
final class Schemas {
    private final Executor blocking;

    Schemas(Executor blocking) {
        this.blocking = blocking;
    }

    /** Fails with {@code Invalid}, naming the field and what is wrong with it, unless every schema that is there compiles. */
    Future<Void> require(Skills.Metadata metadata) {
        Promise<Void> done = Promise.promise();
        blocking.execute(() -> {
            List<Violation> violations = new ArrayList<>();
            check("/input_schema", metadata.inputSchema(), violations);
            check("/output_schema", metadata.outputSchema(), violations);
            if (violations.isEmpty()) {
                done.complete();
            } else {
                done.fail(new ProblemException(new Problem.Invalid("a schema cannot be used", violations)));
            }
        });
        return done.future();
    }

    private static void check(String pointer, Optional<String> schema, List<Violation> violations) {
        try {
            schema.ifPresent(InputSchema::compile);
        } catch (IllegalArgumentException illegal) {
            violations.add(new Violation(pointer, illegal.getMessage()));
        }
    }
}

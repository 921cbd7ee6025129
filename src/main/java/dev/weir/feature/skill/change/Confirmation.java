package dev.weir.feature.skill.change;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import java.util.Optional;
import java.util.stream.Collectors;

/** The rule for confirming an upload: say no less than the change is, and number it accordingly. */
public final class Confirmation {
    private static final int REASONS = 10;

    private Confirmation() {}

    /**
     * Throws a {@link ProblemException} with {@code Conflict} that names the reasons if {@code level} is lower than {@code change}
     * demands, or if {@code version} is not the bump of {@code last} by {@code level}. Without a {@code last}, any version may be first.
     *
     * @param last the highest version deployed, whose schema {@code change} was computed from
     */
    public static void require(Optional<Version> last, Version version, ChangeLevel level, SchemaChange change) {
        if (last.isEmpty()) {
            return;
        }
        if (level.compareTo(change.minimum()) < 0) {
            String reasons = change.decisive().stream().limit(REASONS).map(Object::toString)
                    .collect(Collectors.joining("; "));
            throw new ProblemException(new Problem.Conflict("the input schema changed by at least "
                    + change.minimum().wireName() + ", so " + level.wireName() + " is too low: " + reasons));
        }
        Version next = last.get().next(level);
        if (!version.equals(next)) {
            throw new ProblemException(new Problem.Conflict("a " + level.wireName() + " change of " + last.get()
                    + " is version " + next));
        }
    }
}

package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.kernel.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    @Test
    void everyProblemHasItsCode() {
        Map<Problem, Integer> table = Map.ofEntries(Map.entry(new Problem.Invalid("", List.of()), 2),
                Map.entry(new Problem.TooLarge("", 1), 2), Map.entry(new Problem.Unauthenticated(""), 3),
                Map.entry(new Problem.Forbidden(""), 3), Map.entry(new Problem.NotFound("", ""), 4),
                Map.entry(new Problem.Conflict(""), 5), Map.entry(new Problem.InUse("", List.of()), 5),
                Map.entry(new Problem.Gone("", ""), 5),
                Map.entry(new Problem.Unprocessable(""), 5),
                Map.entry(new Problem.QuotaExceeded("", Duration.ZERO), 6),
                Map.entry(new Problem.UpstreamFailed("", ""), 7), Map.entry(new Problem.UpstreamTimeout(""), 7),
                Map.entry(new Problem.Unavailable("", Duration.ZERO, ""), 8), Map.entry(new Problem.Internal(""), 1));
        assertThat(table).hasSize(Problem.class.getPermittedSubclasses().length);
        table.forEach((problem, code) -> assertThat(ExitCode.of(problem)).as(problem.toString()).isEqualTo(code));
    }
}

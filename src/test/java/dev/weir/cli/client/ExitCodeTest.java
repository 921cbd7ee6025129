package dev.weir.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.kernel.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
    private static final Map<Problem, Integer> TABLE = Map.ofEntries(Map.entry(new Problem.Invalid("", List.of()), 2),
            Map.entry(new Problem.TooLarge("", 1), 2), Map.entry(new Problem.Unauthenticated(""), 3),
            Map.entry(new Problem.Forbidden(""), 3), Map.entry(new Problem.NotFound("", ""), 4),
            Map.entry(new Problem.Conflict(""), 5), Map.entry(new Problem.InUse("", List.of()), 5),
            Map.entry(new Problem.Gone("", ""), 5),
            Map.entry(new Problem.Unprocessable(""), 5),
            Map.entry(new Problem.QuotaExceeded("", Duration.ZERO, ""), 6),
            Map.entry(new Problem.UpstreamFailed("", ""), 7), Map.entry(new Problem.UpstreamTimeout(""), 7),
            Map.entry(new Problem.Unavailable("", Duration.ZERO, ""), 8), Map.entry(new Problem.Internal(""), 1));

    @Test
    void everyProblemHasItsCode() {
        assertThat(TABLE).hasSize(Problem.class.getPermittedSubclasses().length);
        TABLE.forEach((problem, code) -> assertThat(ExitCode.of(problem)).as(problem.toString()).isEqualTo(code));
    }

    @Test
    void aStatusHasTheCodeOfTheProblemBehindIt() {
        Map<Integer, Integer> table = Map.ofEntries(Map.entry(400, 2), Map.entry(401, 3), Map.entry(403, 3),
                Map.entry(404, 4), Map.entry(408, 8), Map.entry(409, 5), Map.entry(410, 5), Map.entry(413, 2),
                Map.entry(422, 5), Map.entry(429, 6), Map.entry(500, 1), Map.entry(502, 7), Map.entry(503, 8),
                Map.entry(504, 7), Map.entry(418, 1));
        assertThat(table).allSatisfy((status, code) -> assertThat(ExitCode.ofStatus(status)).isEqualTo(code));
    }

    @Test
    void aRunsEndHasItsCode() {
        assertThat(Map.of("succeeded", 0, "cancelled", 5, "throttled", 6, "failed", 7, "timed_out", 7))
                .allSatisfy((status, code) -> assertThat(ExitCode.ofRun(status)).isEqualTo(code));
    }
}

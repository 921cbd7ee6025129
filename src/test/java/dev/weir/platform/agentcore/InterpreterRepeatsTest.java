package dev.weir.platform.agentcore;

import static dev.weir.platform.agentcore.InterpreterStub.json;
import static dev.weir.platform.agentcore.InterpreterStub.refuse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.kernel.Problem;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What is asked for again, and as what. */
class InterpreterRepeatsTest extends InterpreterRig {
    @Test
    void aStopIsRepeatedAsTheSameRequestUntilItIsTaken() throws Exception {
        Queue<Integer> script = new ArrayDeque<>(List.of(409, 429, 200, 404, 403));
        against((request, body) -> {
            int status = script.remove();
            switch (status) {
                case 200 -> json(request, "{\"codeInterpreterIdentifier\":\"my-ci\",\"sessionId\":\"01KA\","
                        + "\"lastUpdatedAt\":\"2026-01-02T03:04:05Z\"}");
                case 404 -> refuse(request, 404, "ResourceNotFoundException", "gone");
                case 403 -> refuse(request, 403, "AccessDeniedException", "no");
                case 409 -> refuse(request, 409, "ConflictException", "busy");
                default -> refuse(request, 429, "ThrottlingException", "slow");
            }
        });
        done(interpreter.stop(ID));
        assertThat(requests).hasSize(3).allSatisfy(request -> assertThat(request.method() + " " + request.uri())
                .isEqualTo("PUT /code-interpreters/my-ci/sessions/stop?sessionId=" + ID));
        assertThat(bodies).containsOnly(bodies.element());
        done(interpreter.stop(ID));
        assertThat(problem(interpreter.stop(ID)).detail()).contains("StopCodeInterpreterSession");
        assertThat(requests).hasSize(5);
    }

    @Test
    void aStopGoesOnAfterALostConnectionAndAFailureOfTheService() throws Exception {
        Queue<Integer> script = new ArrayDeque<>(List.of(0, 500, 503, 404, 400));
        against((request, body) -> {
            int status = script.remove();
            switch (status) {
                case 0 -> request.connection().close();
                case 400 -> refuse(request, 400, "ValidationException", "no");
                case 404 -> refuse(request, 404, "ResourceNotFoundException", "gone");
                default -> refuse(request, status, "InternalServerException", "broken");
            }
        });
        done(interpreter.stop(ID));
        assertThat(requests).hasSize(4);
        assertThat(bodies).containsOnly(bodies.element());
        assertThat(bodies.element().getString("clientToken")).hasSizeBetween(33, 256);
        assertThat(problem(interpreter.stop(ID))).isInstanceOf(Problem.Invalid.class);
        assertThat(requests).hasSize(5);
    }

    @Test
    void aStopEndsAfterSoManyFailures() throws Exception {
        against((request, body) -> request.connection().close());
        assertThat(problem(interpreter.stop(ID))).isInstanceOf(Problem.UpstreamFailed.class);
        assertThat(requests).hasSize(4);
    }

    @Test
    void aStartWhoseAnswerWasLostIsAskedForOnceMore() throws Exception {
        Queue<Boolean> answered = new ArrayDeque<>(List.of(false, true, false, false));
        against((request, body) -> {
            if (answered.remove()) {
                json(request, "{\"codeInterpreterIdentifier\":\"my-ci\",\"sessionId\":\"01KA\","
                        + "\"createdAt\":\"2026-01-02T03:04:05Z\"}");
            } else {
                request.connection().close();
            }
        });
        assertThat(done(interpreter.start(Optional.empty(), LONG)).id()).isEqualTo("01KA");
        assertThat(requests).hasSize(2);
        assertThat(bodies).containsOnly(bodies.element());
        assertThat(problem(interpreter.start(Optional.empty(), LONG))).isInstanceOf(Problem.UpstreamFailed.class);
        assertThat(requests).hasSize(4);
        assertThat(bodies.stream().distinct()).hasSize(2);
    }
}

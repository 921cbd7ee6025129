package dev.weir.platform.agentcore;

import static dev.weir.platform.agentcore.AgentStub.ENCODED;
import static dev.weir.platform.agentcore.AgentStub.SESSION;
import static dev.weir.platform.agentcore.AgentStub.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.feature.agent.Backoff;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.platform.http.VertxSdkHttpClient;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionEndTest {
    private static final int SILENCE = 0;

    private final Vertx vertx = Vertx.vertx();
    private final VertxSdkHttpClient http = new VertxSdkHttpClient(vertx, VertxSdkHttpClient.Settings.DEFAULT);
    private final Queue<HttpServerRequest> requests = new ConcurrentLinkedQueue<>();
    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() throws Exception {
        http.close();
        done(vertx.close());
    }

    @Test
    void stopsWithOneSignedCall() throws Exception {
        stopAgainst(Duration.ofSeconds(10), 200);
        assertThat(requests).hasSize(1);
        HttpServerRequest request = requests.element();
        assertThat(request.method().name()).isEqualTo("POST");
        assertThat(request.uri()).isEqualTo("/runtimes/" + ENCODED + "/stopruntimesession?qualifier=DEFAULT");
        assertThat(request.getHeader("X-Amzn-Bedrock-AgentCore-Runtime-Session-Id")).isEqualTo(SESSION);
        assertThat(request.getHeader("Authorization")).contains("Credential=AKIDEXAMPLE/",
                "/us-west-2/bedrock-agentcore/aws4_request");
        assertThat(bodies.element()).contains("clientToken");
    }

    @Test
    void unknownSessionIsStopped() throws Exception {
        stopAgainst(Duration.ofSeconds(10), 404);
        assertThat(requests).hasSize(1);
    }

    @Test
    void conflictsAndThrottlesAreRepeatedAsTheSameRequest() throws Exception {
        stopAgainst(Duration.ofSeconds(10), 409, 429, 200);
        assertThat(requests).hasSize(3);
        assertThat(bodies).containsOnly(bodies.element());
    }

    @Test
    void lastingThrottleIsReported() {
        assertThat(failure(Duration.ofSeconds(10), 429, 429, 429, 429)).isInstanceOf(Problem.Unavailable.class);
        assertThat(requests).hasSize(4);
    }

    @Test
    void refusalsAndFaultsAreNotRepeated() {
        assertThat(failure(Duration.ofSeconds(10), 403)).isInstanceOf(Problem.UpstreamFailed.class);
        assertThat(failure(Duration.ofSeconds(10), 500)).isInstanceOf(Problem.Unavailable.class);
        assertThat(requests).hasSize(2);
    }

    @Test
    void silenceIsATimeoutAndNotRepeated() {
        assertThat(failure(Duration.ofMillis(700), SILENCE)).isInstanceOf(Problem.UpstreamTimeout.class);
        assertThat(requests).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void startsFewThreads() throws Exception {
        stopAgainst(Duration.ofSeconds(10), 200);
        List<String> names = Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
        assertThat(names).noneMatch(name -> name.startsWith("sdk-"));
    }

    private void stopAgainst(Duration callTimeout, int... statuses) throws Exception {
        Queue<Integer> script = new ArrayDeque<>();
        for (int status : statuses) {
            script.add(status);
        }
        int port = AgentStub.http(vertx, request -> request.body().onSuccess(body -> {
            requests.add(request);
            bodies.add(body.toString());
            int status = script.remove();
            if (status != SILENCE) {
                request.response().setStatusCode(status).putHeader("x-amzn-ErrorType", type(status))
                        .end("{\"message\":\"in account 123456789012\"}");
            }
        }));
        SessionEnd end = new SessionEnd(vertx, AgentStub.config(port), AgentStub.credentials(), http,
                new Backoff(() -> 0L), callTimeout);
        try {
            done(end.stop(SESSION));
        } finally {
            end.close();
        }
    }

    private Problem failure(Duration callTimeout, int... statuses) {
        Throwable failure = catchThrowable(() -> stopAgainst(callTimeout, statuses));
        assertThat(failure).hasCauseInstanceOf(ProblemException.class);
        Problem problem = ((ProblemException) failure.getCause()).problem();
        assertThat(problem.detail()).doesNotContain("123456789012");
        return problem;
    }

    private static String type(int status) {
        return switch (status) {
            case 403 -> "AccessDeniedException";
            case 404 -> "ResourceNotFoundException";
            case 409 -> "RetryableConflictException";
            case 429 -> "ThrottlingException";
            default -> "InternalServerException";
        };
    }
}

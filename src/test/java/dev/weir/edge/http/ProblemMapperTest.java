package dev.weir.edge.http;

import static dev.weir.edge.http.ApiFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.observe.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.WebClient;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The problem table, row by row, over HTTP. */
class ProblemMapperTest {
    private static final Vertx VERTX = Vertx.vertx();

    @AfterAll
    static void close() {
        await(VERTX.close());
    }

    static Stream<Arguments> table() {
        return Stream.of(
                Arguments.of(Problem.Invalid.of("/a", "wrong"), 400, 4400),
                Arguments.of(new Problem.Unauthenticated("who"), 401, 4401),
                Arguments.of(new Problem.Forbidden("no"), 403, 4403),
                Arguments.of(new Problem.NotFound("skill", "secret-id"), 404, 4404),
                Arguments.of(new Problem.Conflict("busy"), 409, 4409),
                Arguments.of(new Problem.Gone("trimmed", "1-7"), 410, 4409),
                Arguments.of(new Problem.Unprocessable("other"), 422, 4409),
                Arguments.of(new Problem.TooLarge("the body", 5), 413, 1009),
                Arguments.of(new Problem.QuotaExceeded("used up", Duration.ofMillis(1500), ""), 429, 4429),
                Arguments.of(new Problem.UpstreamFailed("AgentCore", "no"), 502, 1014),
                Arguments.of(new Problem.UpstreamTimeout("AgentCore"), 504, 4504),
                Arguments.of(new Problem.Unavailable("full", Duration.ofSeconds(3), "run_1"), 503, 1013),
                Arguments.of(new Problem.Internal("abc"), 500, 1011));
    }

    @ParameterizedTest
    @MethodSource("table")
    void everyProblemHasItsStatusAndCloseCode(Problem problem, int status, int closeCode) {
        var answer = failingWith(new ProblemException(problem));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(ProblemMapper.closeCode(new ProblemException(problem))).isEqualTo((short) closeCode);
        assertThat(answer.getHeader("Content-Type")).isEqualTo("application/problem+json");
        JsonObject body = answer.bodyAsJsonObject();
        assertThat(body.getInteger("status")).isEqualTo(status);
        assertThat(body.getString("detail")).isEqualTo(problem.detail()).doesNotContain("secret-id");
        assertThat(body.getString("type")).startsWith("urn:weir:problem:");
        assertThat(body.getString("title")).isNotBlank();
    }

    @Test
    void membersBeyondTheCommonOnes() {
        var invalid = new Problem.Invalid("two", List.of(new dev.weir.kernel.Violation("/a", "x"),
                new dev.weir.kernel.Violation("/b", "y")));
        assertThat(failingWith(new ProblemException(invalid)).bodyAsJsonObject().getJsonArray("errors")).hasSize(2);
        assertThat(failingWith(new ProblemException(new Problem.Unauthenticated("who"))).getHeader("WWW-Authenticate"))
                .isEqualTo("Bearer");
        assertThat(failingWith(new ProblemException(new Problem.Gone("trimmed", "1-7"))).bodyAsJsonObject()
                .getString("oldest"))
                .isEqualTo("1-7");
        assertThat(failingWith(new ProblemException(new Problem.QuotaExceeded("used up", Duration.ofMillis(1500), "")))
                .getHeader("Retry-After")).isEqualTo("2");
        var unavailable = failingWith(new ProblemException(new Problem.Unavailable("full", Duration.ZERO, "run_1")));
        assertThat(unavailable.getHeader("Retry-After")).isEqualTo("1");
        assertThat(unavailable.bodyAsJsonObject().getString("run_id")).isEqualTo("run_1");
    }

    @Test
    void theUnexpectedIsAnIncidentAndKeepsItsTextToItself() {
        var answer = failingWith(new IllegalStateException("jdbc:secret"));

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.bodyAsString()).doesNotContain("jdbc").doesNotContain("IllegalState");
        assertThat(answer.bodyAsJsonObject().getString("incident")).isNotBlank();
    }

    private static io.vertx.ext.web.client.HttpResponse<io.vertx.core.buffer.Buffer> failingWith(Throwable failure) {
        ProblemMapper problems = new ProblemMapper(new Meters(new SimpleMeterRegistry()));
        Router router = Router.router(VERTX);
        router.route().handler(ctx -> ctx.fail(failure)).failureHandler(problems::handle);
        var server = await(VERTX.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
        WebClient client = WebClient.create(VERTX);
        try {
            return await(client.get(server.actualPort(), "127.0.0.1", "/").send());
        } finally {
            client.close();
            await(server.close());
        }
    }
}

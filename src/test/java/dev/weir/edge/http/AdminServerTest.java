package dev.weir.edge.http;

import static dev.weir.edge.http.ApiFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.AdminConfig;
import dev.weir.observe.Health;
import dev.weir.observe.Meters;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
    private final Vertx vertx = Vertx.vertx();
    private final WebClient client = WebClient.create(vertx);
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Health health = new Health();
    private final AdminServer server = new AdminServer(vertx, new AdminConfig("127.0.0.1", 0), registry,
            health::readiness);

    @BeforeEach
    void start() {
        await(server.start());
    }

    @AfterEach
    void stop() {
        await(server.stop());
        await(server.stop());
        await(vertx.close());
    }

    @Test
    void readinessFollowsHealthAndLivenessDoesNot() {
        assertThat(send(HttpMethod.GET, "/readyz").statusCode()).isEqualTo(200);
        health.down("store", "is not open");
        health.down("edge", "draining");

        var down = send(HttpMethod.GET, "/readyz");
        assertThat(down.statusCode()).isEqualTo(503);
        assertThat(down.bodyAsJsonObject().getBoolean("ready")).isFalse();
        assertThat(down.bodyAsJsonObject().getJsonArray("reasons")).containsExactly("edge: draining",
                "store: is not open");
        assertThat(send(HttpMethod.GET, "/livez").statusCode()).isEqualTo(200);

        health.up("store");
        health.up("edge");
        assertThat(send(HttpMethod.GET, "/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void metricsHaveOurNames() {
        Meters meters = new Meters(registry);
        meters.runAccepted(false);
        meters.pageRead();
        meters.problem("not-found", 404);

        String text = send(HttpMethod.GET, "/metrics").bodyAsString();
        assertThat(text).contains("weir_runs_accepted_total{replayed=\"false\"} 1.0")
                .contains("weir_events_pages_total 1.0")
                .contains("weir_problems_total{problem=\"not-found\",status=\"404\"} 1.0");
    }

    @Test
    void theRestIsRefused() {
        assertThat(send(HttpMethod.GET, "/").statusCode()).isEqualTo(404);
        assertThat(send(HttpMethod.POST, "/livez").statusCode()).isEqualTo(405);
        assertThat(send(HttpMethod.HEAD, "/livez").statusCode()).isEqualTo(200);
    }

    private HttpResponse<Buffer> send(HttpMethod method, String path) {
        return await(client.request(method, server.port(), "127.0.0.1", path).send());
    }
}

package dev.weir.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The series that dashboards and alerts are built on. */
class MetricsIT {
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{[^\\n]*})? \\S+$");

    @TempDir
    private Path directory;

    @Test
    void aScrapeHasTheSeriesThatAreDocumented() throws Exception {
        try (RunningGateway gateway = new RunningGateway(Files.createDirectory(directory.resolve("data")))) {
            String run = gateway.call(202, "POST", "/v1/skills/hello-stream/stages/prod/runs",
                    new JsonObject().put("count", 1).put("delay_ms", 0).encode()).getString("run_id");
            HttpResponse<String> stream = gateway.send(HttpRequest
                    .newBuilder(gateway.api("/v1/runs/" + run + "/events"))
                    .header("Authorization", "Bearer " + gateway.ownerKey()).header("Accept", "text/event-stream"));
            assertThat(stream.body()).contains("event: run.succeeded");
            gateway.call(200, "GET", "/v1/runs/" + run + "/events?limit=5", "");
            gateway.call(404, "GET", "/v1/runs/run_none", "");

            HttpResponse<String> scrape = gateway.send(HttpRequest.newBuilder(gateway.admin("/metrics")));

            assertThat(scrape.statusCode()).isEqualTo(200);
            assertThat(scrape.headers().firstValue("Content-Type"))
                    .hasValue("text/plain; version=0.0.4; charset=utf-8");
            TreeSet<String> names = new TreeSet<>();
            SAMPLE.matcher(scrape.body()).results().forEach(sample -> names.add(sample.group(1)));
            assertThat(names).contains(
                    "weir_runs_accepted_total", "weir_events_pages_total", "weir_problems_total",
                    "weir_streams_open", "weir_streams_events_total",
                    "vertx_http_server_requests_total", "vertx_http_server_active_connections",
                    "vertx_http_server_response_time_seconds_count", "vertx_http_client_active_connections",
                    "jvm_memory_used_bytes", "jvm_threads_live_threads", "jvm_gc_live_data_size_bytes",
                    "process_cpu_usage", "process_files_open_files", "process_uptime_seconds");
            // Nothing whose number of values a client decides.
            assertThat(scrape.body()).doesNotContain(run, "run_none");
        }
    }
}

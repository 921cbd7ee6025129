package dev.weir.bench.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.app.FanoutServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The real gateway, with a microVM that says what it is sent. Each measurement has a run of its own. */
final class WeirServer implements ServerProcess {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Child child;
    private final JsonNode said;

    /**
     * @param flags of the JVM, beside those of the launcher
     * @param arguments of {@link FanoutServer}
     */
    WeirServer(Site site, String cores, List<String> flags, List<String> arguments) throws IOException {
        List<String> all = new ArrayList<>(site.serverFlags());
        all.addAll(flags);
        all.add("-Djava.io.tmpdir=" + site.scratch());
        child = site.start(cores, site.java(all, FanoutServer.class, arguments));
        try {
            said = LoadMain.JSON.readTree(child.line(PATIENCE));
        } catch (IOException | RuntimeException e) {
            child.close();
            throw e;
        }
    }

    @Override
    public Load.Target target(Load.Protocol protocol) throws IOException, InterruptedException {
        int publish = said.path("publish").asInt();
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + publish + "/new"))
                        .timeout(PATIENCE).POST(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("no other run: " + answer.body());
        }
        String run = "/v1/runs/" + LoadMain.JSON.readTree(answer.body()).path("run").asText();
        return new Load.Target(URI.create(said.path("api").asText()).getPort(),
                run + (protocol == Load.Protocol.SSE ? "/events" : "/socket"),
                "Authorization: Bearer " + said.path("key").asText(), Load.Way.LINES, publish, "/");
    }

    @Override
    public List<Long> pids() {
        return List.of(said.path("pid").asLong());
    }

    @Override
    public void close() {
        http.close();
        child.close();
    }
}

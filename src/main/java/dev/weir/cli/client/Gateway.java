package dev.weir.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Requests to one gateway; whatever is not a success is a {@link ClientException}. Blocking. */
public final class Gateway {
    /** For one answer; a stream's events may take as long as they like. */
    private static final Duration ANSWER = Duration.ofSeconds(90);
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int MAX_ANSWER = 64 * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Profile profile;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT).build();

    public Gateway(Profile profile) {
        this.profile = profile;
    }

    public JsonNode get(String path) {
        return json(send(request(path).GET().build()));
    }

    /** Empty if the gateway has no such thing. */
    public Optional<JsonNode> find(String path) {
        try {
            return Optional.of(get(path));
        } catch (ClientException absent) {
            if (absent.error().path("status").asInt() == 404) {
                return Optional.empty();
            }
            throw absent;
        }
    }

    public JsonNode send(String method, String path, JsonNode body, Map<String, String> headers) {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.toString()));
        headers.forEach(request::header);
        return json(send(request.build()));
    }

    public JsonNode post(String path) {
        return json(send(request(path).POST(BodyPublishers.noBody()).build()));
    }

    /** Sends bytes to a signed URL, which says by itself who may: the key stays here. */
    public void put(String url, Map<String, String> headers, BodyPublisher bytes) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofMinutes(15))
                .PUT(bytes);
        headers.forEach(request::header);
        json(send(request.build()));
    }

    /** The run's events after {@code lastEventId} (empty = all), or nothing if there are no more; the caller closes it. */
    public Optional<InputStream> events(String path, String lastEventId) throws IOException {
        HttpRequest.Builder request = request(path).header("Accept", "text/event-stream").GET();
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> answer = sendOnce(request.build());
        if (answer.statusCode() == 200) {
            return Optional.of(answer.body());
        }
        try (InputStream _ = answer.body()) {
            if (answer.statusCode() == 204) {
                return Optional.empty();
            }
            json(answer);
            throw new IOException("not a stream");
        }
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(profile.server() + path)).timeout(ANSWER);
        if (!profile.key().reveal().isEmpty()) {
            try {
                request.header("Authorization", "Bearer " + profile.key().reveal());
            } catch (IllegalArgumentException _) {
                throw ClientException.usage("the key has characters that no key has");
            }
        }
        return request;
    }

    private HttpResponse<InputStream> send(HttpRequest request) {
        try {
            return sendOnce(request);
        } catch (HttpTimeoutException late) {
            throw new ClientException(ExitStatus.UNAVAILABLE, profile.server() + " did not answer in time");
        } catch (ConnectException refused) {
            throw new ClientException(ExitStatus.UNAVAILABLE, "nothing listens at " + profile.server()
                    + "\nStart a gateway with 'weir serve', or set WEIR_SERVER to where one is.");
        } catch (IOException broken) {
            throw new ClientException(ExitStatus.UNAVAILABLE, "the connection to " + profile.server() + " broke");
        }
    }

    private HttpResponse<InputStream> sendOnce(HttpRequest request) throws IOException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientException(ExitStatus.INTERNAL, "interrupted");
        }
    }

    private JsonNode json(HttpResponse<InputStream> answer) {
        try (InputStream body = answer.body()) {
            byte[] bytes = body.readNBytes(MAX_ANSWER);
            JsonNode json = bytes.length == 0 ? MissingNode.getInstance() : JSON.readTree(bytes);
            if (answer.statusCode() / 100 != 2) {
                throw ClientException.of(answer.statusCode(), json);
            }
            return json;
        } catch (JsonProcessingException other) {
            throw answer.statusCode() / 100 == 2
                    ? new ClientException(ExitStatus.INTERNAL, profile.server() + " does not speak as a gateway does")
                    : ClientException.of(answer.statusCode(), MissingNode.getInstance());
        } catch (IOException broken) {
            throw new ClientException(ExitStatus.UNAVAILABLE, "the connection to " + profile.server() + " broke");
        }
    }
}

package dev.weir.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.kernel.Ids;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Requests to one gateway; whatever is not a success is a {@link ClientException}. Redirects are not followed: they would take the key along. Blocking. */
public final class Gateway {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration UPLOAD = Duration.ofMinutes(15);
    /** The client sets these by itself. */
    private static final Set<String> OWN_HEADERS = Set.of("host", "content-length", "connection", "expect", "upgrade");

    private final Profile profile;
    private final Duration patience;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(CONNECT).build();

    /**
     * A gateway as somebody.
     *
     * @param patience for one answer from the first byte sent to the last received; a stream's events may take as long as they like
     */
    public Gateway(Profile profile, Duration patience) {
        this.profile = profile;
        this.patience = patience;
    }

    public ObjectNode get(String path) {
        return document(request(path).GET());
    }

    /** Empty if the gateway has no such thing. */
    public Optional<ObjectNode> find(String path) {
        try {
            return Optional.of(get(path));
        } catch (ClientException absent) {
            if (absent.error().path("status").asInt() == 404) {
                return Optional.empty();
            }
            throw absent;
        }
    }

    public ObjectNode send(String method, String path, JsonNode body, Map<String, String> headers) {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.toString()));
        headers.forEach(request::header);
        return document(request);
    }

    public ObjectNode post(String path) {
        return document(request(path).POST(BodyPublishers.noBody()));
    }

    /** Sends bytes to a signed URL, which says by itself who may: the key stays here. */
    public void put(String url, Map<String, String> headers, BodyPublisher bytes) {
        HttpRequest request;
        try {
            HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url)).PUT(bytes);
            headers.forEach((name, value) -> {
                if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                    builder.header(name, value);
                }
            });
            request = builder.build();
        } catch (IllegalArgumentException _) {
            throw ClientException.noGateway(server(), "it names a place for the upload that is none");
        }
        String storage = request.uri().getScheme() + "://" + request.uri().getAuthority();
        within(UPLOAD, storage, () -> {
            Answers.success(http.send(request, HttpResponse.BodyHandlers.ofInputStream()), storage);
            return request;
        });
    }

    /** The run's events after {@code lastEventId} (empty = all), or nothing if there are no more; the caller closes it. */
    public Optional<InputStream> events(String path, String lastEventId) {
        HttpRequest.Builder request = request(path).header("Accept", "text/event-stream").GET();
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        return within(patience, server(), () -> {
            HttpResponse<InputStream> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() == 200 && answer.headers().firstValue("Content-Type").orElse("")
                    .startsWith("text/event-stream")) {
                return Optional.of(answer.body());
            }
            if (answer.statusCode() != 204) {
                Answers.document(answer, server());
                throw ClientException.noGateway(server(), "it sent no event stream");
            }
            answer.body().close();
            return Optional.empty();
        });
    }

    /** An id that the gateway made, to be put into a path. */
    public String id(JsonNode document, String field) {
        String id = document.path(field).asText();
        if (!Ids.isLegal(id)) {
            throw ClientException.noGateway(server(), "its answer has no " + field);
        }
        return id;
    }

    public String server() {
        return profile.server().toString();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(profile.server() + path));
        if (!profile.key().reveal().isEmpty()) {
            try {
                request.header("Authorization", "Bearer " + profile.key().reveal());
            } catch (IllegalArgumentException _) {
                throw ClientException.usage("the key has characters that no key has");
            }
        }
        return request;
    }

    private ObjectNode document(HttpRequest.Builder request) {
        return within(patience, server(), () -> Answers.document(
                http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()), server()));
    }

    /** The request's own timeout ends with the answer's head; this one covers its body as well. */
    private static <T> T within(Duration limit, String server, Callable<T> exchange) {
        FutureTask<T> task = new FutureTask<>(exchange);
        Thread.ofVirtual().start(task);
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw ClientException.unreachable(server + " did not answer within " + limit.toSeconds() + " s");
        } catch (ExecutionException failed) {
            throw told(failed.getCause(), server);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ClientException(ExitCode.INTERNAL, "interrupted");
        } finally {
            task.cancel(true);
        }
    }

    private static RuntimeException told(Throwable cause, String server) {
        return switch (cause) {
            case ClientException answer -> answer;
            case HttpConnectTimeoutException _ -> ClientException.unreachable(server + " cannot be reached");
            case ConnectException _ -> ClientException.unreachable("nothing listens at " + server
                    + "\nStart a gateway with 'weir serve', or set WEIR_SERVER to where one is.");
            case SSLException _ -> ClientException.noGateway(server, "there is no TLS, or no certificate to trust");
            case IOException _ -> ClientException.unreachable("the connection to " + server + " broke");
            case RuntimeException fault -> fault;
            default -> new IllegalStateException(cause);
        };
    }
}

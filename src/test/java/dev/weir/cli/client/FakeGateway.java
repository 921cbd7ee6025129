package dev.weir.cli.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers as a test says, well or ill, and notes what it was asked. */
public final class FakeGateway implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** Writes an answer; the exchange is closed afterwards. */
    public interface Answer {
        void write(HttpExchange exchange) throws IOException;
    }

    /** A request as it came. */
    public record Asked(String request, Optional<String> authorization, Optional<String> lastEventId, ByteBuffer body) {
        public String text() {
            return StandardCharsets.UTF_8.decode(body.duplicate()).toString();
        }
    }

    public FakeGateway() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<Asked> asked() {
        return asked;
    }

    /** All requests of this method and path, in order. */
    public List<Asked> asked(String request) {
        return asked.stream().filter(each -> each.request().equals(request)).toList();
    }

    /**
     * What to answer.
     *
     * @param request method and path with its query; {@code *} for whatever has no answer of its own
     */
    public FakeGateway on(String request, Answer answer) {
        answers.put(request, answer);
        return this;
    }

    public FakeGateway on(String request, int status, String json) {
        return on(request, exchange -> send(exchange, status, "application/json", json));
    }

    public static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void answer(HttpExchange exchange) {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        try (exchange) {
            asked.add(new Asked(request, Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Last-Event-ID")),
                    ByteBuffer.wrap(exchange.getRequestBody().readAllBytes())));
            answers.getOrDefault(request, answers.getOrDefault("*", absent -> send(absent, 404, "application/json",
                    "{\"status\":404,\"detail\":\"there is no such thing\"}"))).write(exchange);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

package dev.weir.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;

/** Judges what came back over HTTP: a gateway's answer, or the reason why it is none. Trusts nothing of it. Blocking. */
final class Answers {
    /** Of one document; a run's carries its input and output. */
    static final int MAX_BYTES = 64 * 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Answers() {}

    /** The document of a success; anything else is thrown as a {@link ClientException}. Closes the body. */
    static ObjectNode document(HttpResponse<InputStream> answer, String server) throws IOException {
        if (read(answer, server) instanceof ObjectNode document) {
            return document;
        }
        throw ClientException.noGateway(server, "it sent something else than a JSON object");
    }

    /** Whether it was a success; what it says besides is of no interest. Closes the body. */
    static void success(HttpResponse<InputStream> answer, String server) throws IOException {
        if (answer.statusCode() / 100 == 2) {
            answer.body().close();
        } else {
            read(answer, server);
        }
    }

    private static JsonNode read(HttpResponse<InputStream> answer, String server) throws IOException {
        int status = answer.statusCode();
        try (InputStream body = answer.body()) {
            if (status / 100 == 3) {
                throw ClientException.noGateway(server, "it answered " + status
                        + ", a redirect; give the address that it leads to, if you trust it");
            }
            byte[] bytes = body.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw ClientException.noGateway(server, "it sent more than " + MAX_BYTES + " bytes");
            }
            JsonNode json = parsed(bytes);
            if (status / 100 != 2) {
                throw ClientException.of(status, server, json);
            }
            return json;
        }
    }

    /** Missing if it is no JSON. */
    private static JsonNode parsed(byte[] bytes) throws IOException {
        try {
            return bytes.length == 0 ? MissingNode.getInstance() : JSON.readTree(bytes);
        } catch (JsonProcessingException _) {
            return MissingNode.getInstance();
        }
    }
}

package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.cli.client.ClientException;
import dev.weir.cli.client.ExitStatus;
import dev.weir.cli.client.Gateway;
import dev.weir.cli.client.Terminal;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From a package to the version a stage runs. Blocking. */
record Release(Gateway gateway, Terminal terminal, String stagePath) {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9}).*");
    private static final int MAX_LOOKS = 1200;
    private static final long PAUSE_NANOS = 500_000_000L;
    private static final long FIRST_PAUSE_NANOS = 50_000_000L;

    /** Uploads, and waits for the verdict: the upload's document. */
    JsonNode upload(byte[] archive) {
        JsonNode ticket = gateway.post(stagePath + "/uploads");
        Map<String, String> headers = new TreeMap<>();
        ticket.path("headers").properties().forEach(each -> headers.put(each.getKey(), each.getValue().asText()));
        gateway.put(ticket.path("url").asText(), headers, BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> counted(archive)), archive.length));
        String path = stagePath + "/uploads/" + ticket.path("upload_id").asText();
        for (int look = 0; look < MAX_LOOKS; look++) {
            JsonNode upload = gateway.get(path);
            switch (upload.path("status").asText()) {
                case "ready_to_deploy", "rejected" -> {
                    return upload;
                }
                default -> LockSupport.parkNanos(Math.min(PAUSE_NANOS, FIRST_PAUSE_NANOS * (look + 1)));
            }
        }
        throw new ClientException(ExitStatus.UNAVAILABLE, "the gateway does not come to a verdict on "
                + ticket.path("upload_id").asText());
    }

    JsonNode deploy(String uploadId, String version, Optional<String> level) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("upload_id", uploadId).put("version", version);
        level.ifPresent(word -> body.put("change_level", word));
        return gateway.send("POST", stagePath + "/deployments", body, Map.of());
    }

    /** What the gateway proposes, else one patch more than the newest, else the first. */
    String nextVersion(JsonNode upload) {
        if (upload.hasNonNull("next_version")) {
            return upload.path("next_version").asText();
        }
        JsonNode newest = gateway.get(stagePath + "/deployments?limit=1").path("deployments").path(0);
        if (newest.isMissingNode()) {
            return "1.0.0";
        }
        Matcher version = VERSION.matcher(newest.path("version").asText());
        if (!version.matches()) {
            throw ClientException.usage("the newest version is not of the form 1.2.3: say --version");
        }
        return version.group(1) + "." + version.group(2) + "." + (Long.parseLong(version.group(3)) + 1);
    }

    private InputStream counted(byte[] archive) {
        return new ByteArrayInputStream(archive) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                int read = super.read(target, offset, length);
                if (read > 0) {
                    terminal.progress("upload", pos, archive.length);
                }
                return read;
            }
        };
    }
}

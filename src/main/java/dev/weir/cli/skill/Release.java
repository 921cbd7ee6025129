package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.cli.client.ClientException;
import dev.weir.cli.client.ExitCode;
import dev.weir.cli.client.Gateway;
import dev.weir.cli.client.Terminal;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** From a package to the version a stage runs. Blocking. */
record Release(Gateway gateway, Terminal terminal, String stagePath) {
    static final String READY = "ready_to_deploy";
    private static final int MAX_LOOKS = 1200;
    private static final long PAUSE_NANOS = 500_000_000L;
    private static final long FIRST_PAUSE_NANOS = 50_000_000L;

    /** Uploads, and waits for the verdict: the upload's document. */
    ObjectNode upload(byte[] archive) {
        ObjectNode declared = JsonNodeFactory.instance.objectNode().put("size_bytes", archive.length)
                .put("sha256", sha256(archive));
        ObjectNode ticket = gateway.send("POST", stagePath + "/uploads", declared, Map.of());
        String id = gateway.id(ticket, "upload_id");
        Map<String, String> headers = new TreeMap<>();
        ticket.path("headers").properties().forEach(each -> headers.put(each.getKey(), each.getValue().asText()));
        gateway.put(ticket.path("url").asText(), headers, BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> counted(archive)), archive.length));
        return verdict(id, true);
    }

    /**
     * An upload's document, once it is judged.
     *
     * @param sent its bytes were; if not, one that still awaits them is not waited for
     */
    ObjectNode verdict(String uploadId, boolean sent) {
        for (int look = 0; look < MAX_LOOKS; look++) {
            ObjectNode upload = gateway.get(stagePath + "/uploads/" + uploadId);
            switch (upload.path("status").asText()) {
                case READY, "rejected" -> {
                    return upload;
                }
                case "validating" -> pause(look);
                case "awaiting_upload" -> {
                    if (!sent) {
                        throw new ClientException(ExitCode.CONFLICT, "nothing was uploaded to " + uploadId);
                    }
                    pause(look);
                }
                default -> throw ClientException.noGateway(gateway.server(), "an upload has no status that is known");
            }
        }
        throw new ClientException(ExitCode.UNAVAILABLE, "the gateway does not come to a verdict on " + uploadId
                + "; try again later: weir skill deploy --upload " + uploadId);
    }

    private static void pause(int look) {
        LockSupport.parkNanos(Math.min(PAUSE_NANOS, FIRST_PAUSE_NANOS * (look + 1)));
    }

    /** Makes an accepted upload what the stage runs: the deployment's document. */
    ObjectNode deploy(JsonNode upload, Bump bump) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("upload_id", gateway.id(upload, "upload_id"))
                .put("version", bump.version(upload, () -> newest().path("version").asText()));
        bump.level(upload).ifPresent(word -> body.put("change_level", word));
        return gateway.send("POST", stagePath + "/deployments", body, Map.of());
    }

    private JsonNode newest() {
        return gateway.get(stagePath + "/deployments?limit=1").path("deployments").path(0);
    }

    /** What is found out about an upload, for people: findings, and what deploying it would mean. */
    void tell(JsonNode upload) {
        FindingLine.tell(FindingLine.read(upload.path("findings")), terminal);
        String id = upload.path("upload_id").asText();
        if (!upload.path("status").asText().equals(READY)) {
            terminal.line("upload " + id + " was rejected");
            return;
        }
        StringBuilder line = new StringBuilder("upload " + id + " is ready");
        if (upload.hasNonNull("minimum_change_level")) {
            line.append(": at least a ").append(upload.path("minimum_change_level").asText()).append(" change");
        }
        if (upload.hasNonNull("next_version")) {
            line.append(upload.hasNonNull("minimum_change_level") ? ", " : ": ").append("next version ")
                    .append(upload.path("next_version").asText());
        }
        terminal.line(line.toString());
        upload.path("input_schema_changes").forEach(each -> terminal.note("  " + each.path("level").asText() + " "
                + each.path("pointer").asText("/") + ": " + each.path("message").asText()));
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

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

package dev.weir.emulator.interpreter;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The four tools for files. What cannot be done is told as a result with {@code isError}, and then nothing of a reading is given. Blocking. */
final class FileTools {
    /** In base64 it still fits into one event of 16 MiB, which is what readers of event streams take. */
    static final int MAX_READ = 11 * 1024 * 1024;
    private static final int MAX_ENTRIES = 10_000;
    /** Text whose JSON may be longer than that goes as a blob. */
    private static final int MAX_ESCAPED = 15 * 1024 * 1024;
    private static final int LONGEST_ESCAPE = 6;

    private final SessionFiles files;

    FileTools(SessionFiles files) {
        this.files = files;
    }

    JsonObject write(ToolOrder.WriteFiles order) {
        return each("write", order.files(), file -> files.write(file.path(), file.bytes()));
    }

    JsonObject remove(ToolOrder.RemoveFiles order) {
        return each("remove", order.paths(), files::remove);
    }

    /** One event for each file. */
    void read(ToolOrder.ReadFiles order, Answer answer) throws InterruptedException {
        List<String> failures = new ArrayList<>();
        for (String path : order.paths()) {
            try {
                files.requireReadable(path, MAX_READ);
            } catch (IOException failure) {
                failures.add(reason(path, failure));
            }
        }
        for (int at = 0; failures.isEmpty() && at < order.paths().size(); at++) {
            String path = order.paths().get(at);
            try {
                answer.next(Results.of(new JsonArray().add(resource(path, files.read(path, MAX_READ))), false));
            } catch (IOException failure) {
                failures.add(reason(path, failure));
            }
        }
        if (!failures.isEmpty()) {
            answer.next(Results.said("Error reading files: " + String.join("; ", failures), true));
        }
    }

    JsonObject list(ToolOrder.ListFiles order) {
        try {
            String directory = files.relative(order.directory());
            JsonArray content = new JsonArray();
            for (Map.Entry<String, BasicFileAttributes> entry : files.list(order.directory(), MAX_ENTRIES).entrySet()) {
                content.add(link(directory, entry.getKey(), entry.getValue()));
            }
            return Results.of(content, false);
        } catch (IOException failure) {
            return Results.said("Error listing files: " + reason(order.directory(), failure), true);
        }
    }

    private interface Step<T> {
        void on(T subject) throws IOException;
    }

    private static <T> JsonObject each(String verb, List<T> subjects, Step<T> step) {
        List<String> failures = new ArrayList<>();
        for (T subject : subjects) {
            try {
                step.on(subject);
            } catch (IOException failure) {
                failures.add(reason(subject instanceof ToolOrder.FileContent file ? file.path() : subject.toString(),
                        failure));
            }
        }
        String past = verb.equals("write") ? "wrote" : "removed";
        return failures.isEmpty()
                ? Results.said("Successfully " + past + " all " + subjects.size() + " files", false)
                : Results.said("Failed to " + verb + " " + failures.size() + " of " + subjects.size() + " files: "
                        + String.join("; ", failures), true);
    }

    /** What went wrong, without the names of directories outside of the session. */
    private static String reason(String path, IOException failure) {
        return path + ": " + switch (failure) {
            case NoSuchFileException _ -> "there is no such file or directory";
            case FileSystemException known when known.getReason() != null -> known.getReason();
            default -> failure.getClass().getSimpleName();
        };
    }

    private JsonObject resource(String path, byte[] bytes) throws IOException {
        Optional<String> text = text(bytes);
        String type = URLConnection.guessContentTypeFromName(path);
        JsonObject resource = new JsonObject().put("type", text.isPresent() ? "text" : "blob")
                .put("uri", "file:///" + files.relative(path));
        if (text.isPresent()) {
            resource.put("mimeType", type == null ? "text/plain" : type).put("text", text.get());
        } else {
            resource.put("mimeType", type == null ? "application/octet-stream" : type)
                    .put("blob", Base64.getEncoder().encodeToString(bytes));
        }
        return new JsonObject().put("type", "resource").put("resource", resource);
    }

    private static Optional<String> text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            long escapes = text.chars().filter(c -> c < ' ' || c == '"' || c == '\\').count();
            return bytes.length + escapes * LONGEST_ESCAPE > MAX_ESCAPED ? Optional.empty() : Optional.of(text);
        } catch (CharacterCodingException binary) {
            return Optional.empty();
        }
    }

    private static JsonObject link(String directory, String name, BasicFileAttributes attributes) {
        JsonObject link = new JsonObject().put("type", "resource_link")
                .put("uri", "file:///" + (directory.isEmpty() ? "" : directory + "/") + name).put("name", name)
                .put("description",
                        attributes.isDirectory() ? "Directory" : attributes.isSymbolicLink() ? "Link" : "File");
        if (attributes.isRegularFile()) {
            String type = URLConnection.guessContentTypeFromName(name);
            link.put("mimeType", type == null ? "application/octet-stream" : type).put("size", attributes.size());
        }
        return link;
    }
}

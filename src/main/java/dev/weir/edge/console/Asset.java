package dev.weir.edge.console;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A file of the console. All of them come from here and nothing else may be loaded, run or framed by the page.
 *
 * @param path where it is served
 * @param bytes shared, never to be changed
 */
public record Asset(String path, String contentType, Buffer bytes) {
    /** What the page may do; sent with every asset. */
    public static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";

    /** The page and what it loads. */
    public static List<Asset> all() {
        return List.of(load("/console", "console.html", "text/html; charset=utf-8"),
                load("/console/console.js", "console.js", "text/javascript; charset=utf-8"),
                load("/console/console.css", "console.css", "text/css; charset=utf-8"));
    }

    private static Asset load(String path, String file, String contentType) {
        try (InputStream resource = Asset.class.getResourceAsStream(file)) {
            if (resource == null) {
                throw new IllegalStateException(file + " is not on the class path");
            }
            return new Asset(path, contentType, Buffer.buffer(resource.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.weir.edge.http;

import io.vertx.core.Future;
import java.nio.file.Path;

/** The signed URLs of embedded mode, where this gateway itself is the object storage that clients and microVMs reach. */
public interface LocalPackages {
    /**
     * Whether this gateway signed {@code uri} for {@code method} and its time is not over. Constant in time where it compares; never throws.
     *
     * @param uri path and query exactly as the client sent them
     */
    boolean isSigned(String method, String uri);

    /** A local file with the accepted package of this SHA-256 (hexadecimal); fails with {@code NotFound} if there is none. */
    Future<Path> fetch(String digest);
}

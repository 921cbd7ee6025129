package dev.weir.feature.skill;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where packages are kept: uploads by upload id until they are judged, accepted packages, written anew, for ever by digest. Clients and microVMs reach
 * it through signed URLs, which are bearer secrets and must not be logged.
 */
public interface PackageStore {
    /**
     * What was stored.
     *
     * @param digest SHA-256 of the bytes, in hexadecimal
     * @param size in bytes
     */
    record Received(String digest, long size) {}

    /** An absolute URL that accepts one PUT of at most {@code maxBytes} bytes until {@code validity} has passed. */
    String uploadUrl(String uploadId, long maxBytes, Duration validity);

    /** An absolute URL that a microVM can GET the accepted package from. */
    String downloadUrl(String digest, Duration validity);

    /**
     * Stores what was sent to an upload URL. Fails with {@code TooLarge} beyond {@code maxBytes}, and then keeps nothing.
     */
    Future<Received> receive(String uploadId, ReadStream<Buffer> bytes, long maxBytes);

    /**
     * A local file with the uploaded bytes, for a check to read; nobody changes it, a later upload replaces it. Fails with {@code NotFound}
     * if nothing was received, or if what is there has not that digest.
     */
    Future<Path> open(String uploadId, String digest);

    /**
     * Keeps the bytes of a local file, which is not changed, as a package. Idempotent.
     *
     * @return SHA-256 of them, in hexadecimal: the package's name
     */
    Future<String> keep(Path file);

    /** A local file with an accepted package; fails with {@code NotFound} if there is none. */
    Future<Path> fetch(String digest);

    /** Throws an upload's bytes away; it is no error if there are none. */
    Future<Void> discard(String uploadId);
}

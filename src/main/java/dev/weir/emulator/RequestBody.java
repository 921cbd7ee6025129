package dev.weir.emulator;

import dev.weir.emulator.session.AwsFault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A request body, whole, because a signature covers all of it; hashed as it arrives so that no moment of work is long.
 *
 * @param hash lower-case hex SHA-256
 */
record RequestBody(Buffer bytes, String hash) {
    /** AWS: 100 MB for InvokeAgentRuntime. */
    static final int MAX_BYTES = 100_000_000;

    /** Fails with ValidationException as soon as more than {@code limit} bytes are announced or have come. */
    static Future<RequestBody> read(HttpServerRequest request, int limit) {
        Promise<RequestBody> whole = Promise.promise();
        MessageDigest digest = sha256();
        Buffer bytes = Buffer.buffer();
        request.exceptionHandler(whole::tryFail)
                .endHandler(_ -> whole.tryComplete(
                        new RequestBody(bytes, HexFormat.of().formatHex(digest.digest()))))
                .handler(chunk -> {
                    if (bytes.length() + (long) chunk.length() > limit) {
                        request.pause();
                        whole.tryFail(tooLarge(limit));
                    } else {
                        bytes.appendBuffer(chunk);
                        digest.update(chunk.getBytes());
                    }
                });
        if (announced(request) > limit) {
            request.pause();
            whole.tryFail(tooLarge(limit));
        }
        return whole.future();
    }

    private static long announced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null || !length.matches("[0-9]{1,18}") ? 0 : Long.parseLong(length);
    }

    private static AwsFault tooLarge(int limit) {
        return AwsFault.invalid("payload", "the payload must have at most " + limit + " bytes");
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java has SHA-256", absent);
        }
    }

    @Override
    public String toString() {
        return "RequestBody[" + bytes.length() + " bytes]";
    }
}

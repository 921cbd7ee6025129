package dev.weir.emulator.session;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a container says of itself at {@code /ping}.
 *
 * @param changedAt when the status last changed, if it says so
 */
record Ping(boolean busy, Optional<Instant> changedAt) {
    private static final int MAX_BODY = 16 * 1024;

    /** Fails if the container does not answer 200 with a small JSON body in {@code limit}. */
    static Future<Ping> ask(HttpClient client, int port, Duration limit) {
        RequestOptions options = new RequestOptions().setMethod(HttpMethod.GET).setHost("127.0.0.1").setPort(port)
                .setURI("/ping").setConnectTimeout(limit.toMillis());
        return client.request(options).compose(request -> {
            Future<Ping> answer = request.send().compose(response -> body(request, response)).map(Ping::parse)
                    .timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
            return answer.onFailure(_ -> request.reset());
        });
    }

    private static Future<Buffer> body(HttpClientRequest request, HttpClientResponse response) {
        if (response.statusCode() != 200) {
            return Future.failedFuture("ping answered " + response.statusCode());
        }
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(whole::tryFail).endHandler(_ -> whole.tryComplete(body)).handler(chunk -> {
            if (body.length() + chunk.length() > MAX_BODY) {
                request.reset();
                whole.tryFail("ping answered too much");
            } else {
                body.appendBuffer(chunk);
            }
        });
        return whole.future();
    }

    /** A body that is no such JSON counts as plainly healthy: the status line is what the contract asks for. */
    private static Ping parse(Buffer body) {
        try {
            JsonObject json = body.toJsonObject();
            Object changed = json.getValue("time_of_last_update");
            return new Ping("HealthyBusy".equals(json.getValue("status")), changed instanceof Number seconds
                    ? Optional.of(Instant.ofEpochSecond(seconds.longValue()))
                    : Optional.empty());
        } catch (DecodeException | ClassCastException notJson) {
            return new Ping(false, Optional.empty());
        }
    }
}

package dev.weir.emulator.session;

import dev.weir.config.EmulatorConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;

/**
 * What every microVM is given.
 *
 * @param context the one event loop that all state of the emulator is confined to
 * @param pings the client for {@code /ping}
 * @param root the directory of session directories
 */
public record Surroundings(
        Vertx vertx,
        Context context,
        HttpClient pings,
        EmulatorConfig config,
        Tuning tuning,
        InstantSource clock,
        Path root) {
    Future<Void> delay(Duration duration) {
        return duration.isZero() ? Future.succeededFuture() : vertx.timer(duration.toMillis()).mapEmpty();
    }

    /** Runs blocking work on a virtual thread; the future completes on the event loop. */
    <T> Future<T> offLoop(String name, Callable<Future<T>> work) {
        Promise<T> done = Promise.promise();
        Thread.ofVirtual().name(name).start(() -> {
            try {
                confine(work.call(), done);
            } catch (Exception failure) {
                context.runOnContext(_ -> done.fail(failure));
            }
        });
        return done.future();
    }

    /** Completes {@code done} on the event loop with what {@code foreign} completes with anywhere. */
    <T> void confine(Future<T> foreign, Promise<T> done) {
        foreign.onComplete(result -> context.runOnContext(_ -> {
            if (result.succeeded()) {
                done.complete(result.result());
            } else {
                done.fail(result.cause());
            }
        }));
    }
}

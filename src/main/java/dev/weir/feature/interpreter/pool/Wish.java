package dev.weir.feature.interpreter.pool;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;

/**
 * What a request wants of a session.
 *
 * @param needs of its life a warm session must have left, at least; the pool's margin holds besides
 * @param givenUp completes, in either way, when nobody waits for the session any more: the request then fails with a
 *        {@link java.util.concurrent.CancellationException} at once, and the session that is being started for it is kept as a warm one. It has no
 *        effect on work that has begun
 */
public record Wish(Duration needs, Future<?> givenUp) {
    /** Any session, however long it takes. */
    public static Wish any() {
        return lasting(Duration.ZERO);
    }

    /** One that will live for {@code needs}, at least. Its own future, for one that all shared would gather listeners without end. */
    public static Wish lasting(Duration needs) {
        return new Wish(needs, Promise.promise().future());
    }
}

package dev.weir.feature.interpreter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A pool with a clock that moves when told to. */
final class PoolRig {
    static final TenantId ACME = new TenantId("acme");
    static final PoolKey ADA = new PoolKey(ACME, "ada", "default-public");
    static final PoolSettings SETTINGS = new PoolSettings(3, Duration.ofMinutes(30), Duration.ofHours(1),
            Duration.ofMinutes(2), 10, Duration.ofMillis(300));

    final Sandboxes sandboxes = new Sandboxes();
    final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // wraps round soon, as nanoTime may
    final List<PoolEvent> events = new ArrayList<>();
    final InterpreterPool pool;

    PoolRig() {
        this(SETTINGS);
    }

    PoolRig(PoolSettings settings) {
        pool = new InterpreterPool(_ -> sandboxes, settings, nanos::get, events::add);
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** Work that goes on until {@link #done} completes. */
    static final class Work {
        final Promise<String> done = Promise.promise();
        Future<String> result;
        Lease lease;

        String session() {
            assertThat(lease).as("a session").isNotNull();
            return lease.session();
        }

        void end() {
            done.complete("done");
            assertThat(result.succeeded()).isTrue();
        }
    }

    Work begin(PoolKey key) {
        return begin(key, Wish.any());
    }

    Work begin(PoolKey key, Wish wish) {
        Work work = new Work();
        work.result = pool.withSession(key, wish, lease -> {
            work.lease = lease;
            return work.done.future();
        });
        return work;
    }

    /** Lends and gives back; the session's name. */
    String use(PoolKey key) {
        Work work = begin(key);
        String session = work.session();
        work.end();
        return session;
    }

    /** So many free sessions, least recently used first, a second apart. */
    List<String> fill(PoolKey key, int sessions) {
        List<Work> all = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            all.add(begin(key));
        }
        List<String> names = all.stream().map(Work::session).toList();
        all.forEach(work -> {
            work.end();
            pass(Duration.ofSeconds(1));
        });
        return names;
    }

    PoolState state(PoolKey key) {
        return pool.state(key.tenant()).stream().filter(state -> state.key().equals(key)).findFirst().orElseThrow();
    }

    <T extends PoolEvent> List<T> events(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}

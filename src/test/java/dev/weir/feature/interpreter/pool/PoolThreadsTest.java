package dev.weir.feature.interpreter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many threads at once: each session has one lessee at a time, always of the same key, and none is left over. */
class PoolThreadsTest {
    private static final int THREADS = 16;
    private static final int ROUNDS = 150;

    private final Set<String> live = ConcurrentHashMap.newKeySet();
    private final Map<String, Thread> lessees = new ConcurrentHashMap<>();
    private final Map<String, PoolKey> owners = new ConcurrentHashMap<>();
    private final AtomicInteger breaches = new AtomicInteger();

    /** Starts and stops on threads of their own. */
    private final class Elsewhere implements Interpreter {
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public Future<Session> start(Optional<String> name, Duration lifetime) {
            Promise<Session> start = Promise.promise();
            Thread.startVirtualThread(() -> {
                Session session = new Session("s" + count.incrementAndGet(), Instant.EPOCH, true);
                live.add(session.id());
                start.complete(session);
            });
            return start.future();
        }

        @Override
        public ToolRun invoke(String session, ToolCall call, Duration within, Results results) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Session> find(String session) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Void> stop(String session) {
            Promise<Void> stop = Promise.promise();
            Thread.startVirtualThread(() -> {
                live.remove(session);
                stop.complete();
            });
            return stop.future();
        }
    }

    @Test
    void eachSessionHasOneLesseeAtATime() throws Exception {
        Elsewhere elsewhere = new Elsewhere();
        InterpreterPool pool = new InterpreterPool(_ -> elsewhere, new PoolSettings(3,
                Duration.ofMinutes(30), Duration.ofHours(1), Duration.ofMinutes(2), 100, Duration.ofSeconds(10)),
                System::nanoTime, _ -> {});
        List<Thread> threads = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            threads.add(Thread.startVirtualThread(() -> {
                PoolKey key = new PoolKey(new TenantId("t" + number % 2), "u" + number % 4, "e");
                for (int round = 0; round < ROUNDS; round++) {
                    pool.withSession(key, lease -> use(lease, key)).await();
                    done.incrementAndGet();
                    if (number == 0 && round % 10 == 0) {
                        pool.flush(key.tenant());
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(60))).isTrue();
        }
        assertThat(done).hasValue(THREADS * ROUNDS);
        pool.close().await(20, TimeUnit.SECONDS);
        assertThat(breaches).hasValue(0);
        assertThat(live).isEmpty();
        assertThat(pool.totals()).isEqualTo(new PoolTotals(0, 0, 0, 0));
    }

    private Future<Void> use(Lease lease, PoolKey key) {
        String session = lease.session();
        boolean isAlone = lessees.putIfAbsent(session, Thread.currentThread()) == null;
        PoolKey owner = owners.putIfAbsent(session, key);
        if (!isAlone || (owner != null && !owner.equals(key)) || !live.contains(session)) {
            breaches.incrementAndGet();
        }
        if (session.endsWith("7")) {
            lease.spoil("a number of bad luck");
        }
        Promise<Void> work = Promise.promise();
        Thread.startVirtualThread(() -> {
            lessees.remove(session);
            work.complete();
        });
        return work.future();
    }
}

package dev.weir.feature.interpreter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Random use of a pool, with a book that is kept of what may be lent to whom. One thread; the same seed is the same course. */
final class Soak {
    static final PoolSettings SETTINGS = new PoolSettings(3, Duration.ofMinutes(30), Duration.ofHours(1),
            Duration.ofMinutes(2), 120, Duration.ofMillis(500));

    final PoolRig rig = new PoolRig(SETTINGS);
    private final Random random;
    private final List<PoolKey> keys = new ArrayList<>();
    private final List<Request> waiting = new ArrayList<>();
    private final List<Request> working = new ArrayList<>();
    /** Who had a session first: nobody else ever may. */
    private final Map<String, PoolKey> owners = new HashMap<>();
    private final Map<String, Long> lastUsed = new HashMap<>();
    /** Flushed, or in quarantine: never lent from now on. */
    private final Set<String> doomed = new HashSet<>();
    /** What happened how often: a soak in which something never happens shows nothing about it. */
    final Map<String, Integer> seen = new HashMap<>();

    private Optional<AssertionError> breach = Optional.empty();

    Soak(long seed) {
        random = new Random(seed);
        rig.sandboxes.startsWait = true;
        for (int i = 0; i < 64; i++) {
            keys.add(new PoolKey(new TenantId("t" + i / 8), "u" + i % 4,
                    i % 8 < 4 ? "default-public" : "internal-only"));
        }
    }

    private final class Request {
        final PoolKey key;
        final Promise<String> done = Promise.promise();
        final Promise<Void> givenUp = Promise.promise();
        Future<String> result;
        Lease lease;
        String session;
        boolean spoiled;
        boolean flushed;

        Request(PoolKey key) {
            this.key = key;
        }

        /** What the book says is kept, too: the pool takes what is thrown for the work's own failure. */
        Future<String> work(Lease lent) {
            lease = lent;
            session = lent.session();
            try {
                look(lent);
            } catch (AssertionError found) {
                breach = Optional.of(found);
            }
            return begin();
        }

        private void look(Lease lent) {
            assertThat(owners.getOrDefault(session, key)).as("whose session").isEqualTo(key);
            assertThat(doomed).as("what may not be lent").doesNotContain(session);
            assertThat(rig.sandboxes.live).as("what is there").contains(session);
            if (!lent.fresh()) {
                count("warm");
                assertThat(lent.left()).isGreaterThanOrEqualTo(SETTINGS.margin());
                long since = rig.nanos.get() - lastUsed.getOrDefault(session, rig.nanos.get());
                assertThat(Duration.ofNanos(since)).isLessThan(SETTINGS.idle());
            }
        }

        private Future<String> begin() {
            owners.put(session, key);
            waiting.remove(this);
            working.add(this);
            if (flushed) {
                doomed.add(session);
            }
            if (chance(20)) {
                working.remove(this);
                lastUsed.put(session, rig.nanos.get());
                throw new IllegalStateException("work that throws");
            }
            return done.future();
        }
    }

    private void count(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    void step() {
        int what = random.nextInt(40);
        if (what < 10) {
            request();
        } else if (what < 19) {
            start();
        } else if (what < 24) {
            call();
        } else if (what < 35) {
            end();
        } else {
            switch (what) {
                case 35 -> giveUp();
                case 36 -> flush();
                case 37 -> prune();
                case 38 -> rig.pass(Duration.ofSeconds(random.nextInt(900)));
                default -> warmUp();
            }
        }
        check();
    }

    private void request() {
        Request request = new Request(any(keys.subList(0, chance(3) ? 64 : 6)));
        waiting.add(request);
        Wish wish = new Wish(Duration.ofMinutes(random.nextInt(20)), request.givenUp.future());
        request.result = rig.pool.withSession(request.key, wish, request::work);
        if (request.result.isComplete()) {
            waiting.remove(request);
            count("refused or thrown");
        }
    }

    private void start() {
        if (!rig.sandboxes.starts.isEmpty()) {
            int which = random.nextInt(rig.sandboxes.starts.size());
            if (chance(6)) {
                rig.sandboxes.starts.remove(which).fail("the service has no room");
                count("failed start");
            } else {
                rig.sandboxes.arrive(which);
                count("start");
            }
            waiting.removeIf(request -> request.result.isComplete());
        }
    }

    /** A call that ends, fails, or goes on beyond its lease. */
    private void call() {
        if (working.isEmpty()) {
            return;
        }
        Request request = any(working);
        if (request.spoiled) {
            return;
        }
        rig.sandboxes.stopFailure = chance(40)
                ? Optional.of(new ProblemException(new Problem.UpstreamFailed("the interpreter", "no answer")))
                : Optional.empty();
        request.lease.interpreter().invoke(request.session, ToolCall.ExecuteCode.python("pass"), Duration.ofSeconds(1),
                _ -> Future.succeededFuture());
        Promise<Void> call = rig.sandboxes.calls.removeLast();
        int how = random.nextInt(10);
        if (how < 8) {
            call.complete();
            count("call");
            return;
        }
        doomed.add(request.session);
        request.spoiled = how == 8;
        if (how == 8) {
            call.fail("broken");
            count("failed call");
        } else {
            count("call without end");
        }
    }

    private void end() {
        if (!working.isEmpty()) {
            Request request = working.remove(random.nextInt(working.size()));
            lastUsed.put(request.session, rig.nanos.get());
            if (chance(8) && !request.spoiled) {
                request.lease.spoil("cancelled");
                doomed.add(request.session);
                count("quarantine");
            }
            if (chance(4)) {
                request.done.fail("the work failed");
            } else {
                request.done.complete("done");
            }
            assertThat(request.result.isComplete()).isTrue();
            count("end");
        }
    }

    private void giveUp() {
        if (!waiting.isEmpty()) {
            Request request = waiting.remove(random.nextInt(waiting.size()));
            request.givenUp.complete();
            assertThat(request.result.failed()).isTrue();
            count("given up");
        }
    }

    private void flush() {
        boolean all = chance(20);
        TenantId tenant = any(keys.subList(0, chance(4) ? 6 : 64)).tenant();
        owners.forEach((session, key) -> {
            if (all || key.tenant().equals(tenant)) {
                doomed.add(session);
            }
        });
        waiting.stream().filter(request -> all || request.key.tenant().equals(tenant))
                .forEach(request -> request.flushed = true);
        int flushed = all ? rig.pool.flushAll() : rig.pool.flush(tenant);
        count(flushed > 0 ? "flush" : "empty flush");
    }

    private void prune() {
        count(rig.pool.prune() > 0 ? "prune" : "empty prune");
    }

    private void warmUp() {
        rig.pool.warmUp(any(keys));
        count("warm-up");
    }

    private void check() {
        breach.ifPresent(found -> {
            throw found;
        });
        assertThat(working.stream().map(request -> request.session)).as("two lessees of one").doesNotHaveDuplicates();
        int warm = 0;
        int inUse = 0;
        int starting = 0;
        for (TenantId tenant : Set.copyOf(keys.stream().map(PoolKey::tenant).toList())) {
            for (PoolState state : rig.pool.state(tenant)) {
                assertThat(state.warm()).as("idle under " + state.key()).isLessThanOrEqualTo(SETTINGS.warm());
                assertThat(state.sessions().size() + state.starting()).as("keys without sessions").isPositive();
                warm += state.warm();
                inUse += state.inUse();
                starting += state.starting();
            }
        }
        assertThat(inUse).isEqualTo(working.size());
        assertThat(starting).isEqualTo(rig.sandboxes.starts.size());
        assertThat(warm + inUse + starting).isLessThanOrEqualTo(SETTINGS.limit());
        int quarantined = (int) working.stream().filter(request -> request.spoiled).count();
        assertThat(rig.sandboxes.live).as("sessions that nobody looks after").hasSize(warm + inUse - quarantined);
        assertThat(working).allSatisfy(request -> assertThat(rig.sandboxes.live.contains(request.session))
                .isNotEqualTo(request.spoiled));
    }

    /** Everything ends; the starts that are under way come back too late. */
    void close() {
        Future<Void> closed = rig.pool.close();
        List.copyOf(working).forEach(request -> request.done.complete("done"));
        while (!rig.sandboxes.starts.isEmpty()) {
            rig.sandboxes.arrive();
        }
        assertThat(closed.succeeded()).isTrue();
        assertThat(waiting).allSatisfy(request -> assertThat(request.result.failed()).isTrue());
        assertThat(rig.sandboxes.live).isEmpty();
        assertThat(rig.pool.size()).isZero();
        assertThat(rig.pool.totals().stopping()).isZero();
        assertThat(new TreeSet<>(rig.sandboxes.stopped)).as("stopped once each").hasSize(rig.sandboxes.stopped.size());
    }
}

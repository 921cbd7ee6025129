package dev.weir.platform.agentcore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

class CredentialsCacheTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    private volatile Instant now = START;
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean failing;

    @Test
    void asksTheSourceOnceOnAVirtualThread() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger virtual = new AtomicInteger();
        CredentialsCache cache = new CredentialsCache(() -> {
            virtual.addAndGet(Thread.currentThread().isVirtual() ? 1 : 0);
            calls.incrementAndGet();
            pass(gate);
            return AwsBasicCredentials.create("a", "b");
        }, clock);
        CompletableFuture<AwsCredentialsIdentity> first = cache.current();
        CompletableFuture<AwsCredentialsIdentity> second = cache.current();
        assertThat(first).isNotDone();
        gate.countDown();
        assertThat(value(first)).isEqualTo("a");
        assertThat(value(second)).isEqualTo("a");
        await().until(() -> cache.current().isDone());
        assertThat(calls).hasValue(1);
        assertThat(virtual).hasValue(1);
    }

    @Test
    void renewsBehindTheBackBeforeTheyExpire() throws Exception {
        CredentialsCache cache = new CredentialsCache(this::hourly, clock);
        assertThat(value(cache.current())).isEqualTo("key-1");
        now = START.plus(Duration.ofMinutes(54));
        assertThat(value(cache.current())).isEqualTo("key-1");
        assertThat(calls).hasValue(1);
        now = START.plus(Duration.ofMinutes(56));
        CompletableFuture<AwsCredentialsIdentity> served = cache.current();
        assertThat(served).isCompleted(); // the old ones, at once
        await().until(() -> value(cache.current()).equals("key-2"));
        assertThat(calls).hasValue(2);
    }

    @Test
    void failedRenewalKeepsWhatIsStillGoodAndThenFails() throws Exception {
        CredentialsCache cache = new CredentialsCache(this::hourly, clock);
        assertThat(value(cache.current())).isEqualTo("key-1");
        failing = true;
        now = START.plus(Duration.ofMinutes(57));
        assertThat(value(cache.current())).isEqualTo("key-1");
        await().until(() -> calls.get() == 2);
        assertThat(value(cache.current())).isEqualTo("key-1");
        now = START.plus(Duration.ofMinutes(60));
        assertThatThrownBy(() -> value(cache.current())).hasCauseInstanceOf(IllegalStateException.class);
        failing = false;
        now = START.plus(Duration.ofMinutes(61));
        await().until(() -> value(cache.current()).startsWith("key-"));
    }

    @Test
    void keysWithoutAnExpiryAreLookedUpAgainNowAndThen() throws Exception {
        CredentialsCache cache = new CredentialsCache(
                () -> AwsBasicCredentials.create("key-" + calls.incrementAndGet(), "b"), clock);
        assertThat(value(cache.current())).isEqualTo("key-1");
        now = START.plus(Duration.ofMinutes(14));
        assertThat(value(cache.current())).isEqualTo("key-1");
        now = START.plus(Duration.ofMinutes(16));
        assertThat(value(cache.current())).isEqualTo("key-2"); // and not the old ones, which may be no good any more
        assertThat(calls).hasValue(2);
    }

    @Test
    void keysWithoutAnExpiryAreKeptWhileTheSourceFails() throws Exception {
        CredentialsCache cache = new CredentialsCache(() -> {
            calls.incrementAndGet();
            if (failing) {
                throw new IllegalStateException("being written");
            }
            return AwsBasicCredentials.create("key-" + calls.get(), "b");
        }, clock);
        assertThat(value(cache.current())).isEqualTo("key-1");
        failing = true;
        now = START.plus(Duration.ofMinutes(16));
        assertThat(value(cache.current())).isEqualTo("key-1");
        assertThat(value(cache.current())).isEqualTo("key-1");
        assertThat(calls).hasValue(2);
    }

    @Test
    void refusedCredentialsAreLookedUpAgainOnce() throws Exception {
        CredentialsCache cache = new CredentialsCache(this::hourly, clock);
        AwsCredentialsIdentity refused = cache.current().get(10, TimeUnit.SECONDS);
        cache.doubt(refused);
        assertThat(value(cache.current())).isEqualTo("key-2");
        cache.doubt(refused); // said late, of those that are gone
        assertThat(value(cache.current())).isEqualTo("key-2");
        failing = true;
        cache.doubt(cache.current().get(10, TimeUnit.SECONDS));
        assertThat(value(cache.current())).isEqualTo("key-2");
        assertThat(calls).hasValue(3);
    }

    private AwsCredentials hourly() {
        int call = calls.incrementAndGet();
        if (failing) {
            throw new IllegalStateException("no metadata service");
        }
        return AwsSessionCredentials.builder().accessKeyId("key-" + call).secretAccessKey("b").sessionToken("c")
                .expirationTime(now.plus(Duration.ofHours(1))).build();
    }

    private static void pass(CountDownLatch gate) {
        try {
            assertThat(gate.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static String value(CompletableFuture<AwsCredentialsIdentity> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS).accessKeyId();
    }
}

package dev.weir.platform.agentcore;

import dev.weir.kernel.Redacted;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/**
 * AWS credentials that can be asked for on an event loop. The SDK's providers read files and call metadata services on the caller's
 * thread, even the "async" ones; here that happens on a virtual thread, one resolution at a time, and everybody else reads what it left.
 * Credentials are renewed in the background before they expire; while a renewal fails, they are used until they really have. Those that do
 * not say when they expire (session keys that a tool writes into a profile) are not used again when a look at the source is due: whoever
 * asks waits for that.
 */
public final class CredentialsCache implements IdentityProvider<AwsCredentialsIdentity> {
    private static final Logger LOG = LoggerFactory.getLogger(CredentialsCache.class);

    /** Renewed this long before they expire. */
    private static final Duration MARGIN = Duration.ofMinutes(5);
    /** A signature made with credentials that have less than this left might arrive too late. */
    private static final Duration LEAST = Duration.ofSeconds(15);
    /** Credentials without an expiry (keys in a profile) are looked up again after this, so that a changed file is noticed. */
    private static final Duration RECHECK = Duration.ofMinutes(15);
    /** Between two renewals of which the first failed. */
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Duration RESOLVE_TIMEOUT = Duration.ofSeconds(30);

    private final AwsCredentialsProvider source;
    private final Clock clock;

    private AwsCredentialsIdentity current;
    private boolean doubted;
    private Instant renewAt = Instant.MIN;
    private CompletableFuture<AwsCredentialsIdentity> renewal;
    private long round;

    /** @param source may block; it is only called on virtual threads, one call at a time */
    public CredentialsCache(AwsCredentialsProvider source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    /** Credentials that never change, such as an emulator's. */
    public static CredentialsCache fixed(String accessKeyId, Redacted secretAccessKey) {
        return new CredentialsCache(
                StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secretAccessKey.reveal())),
                Clock.systemUTC());
    }

    /** Those that the SDK finds: environment, profile, web identity, container, instance. */
    public static CredentialsCache ofEnvironment() {
        return new CredentialsCache(DefaultCredentialsProvider.builder().build(), Clock.systemUTC());
    }

    /**
     * The credentials: at once from the cache, or when there are none that are known to last, as soon as the source has answered (30 s at
     * most). Never blocks. May complete on a virtual thread.
     */
    public synchronized CompletableFuture<AwsCredentialsIdentity> current() {
        Instant now = clock.instant();
        if (!now.isBefore(renewAt) && renewal == null) {
            renew();
        }
        boolean usable = current != null
                && current.expirationTime().map(end -> now.isBefore(end.minus(LEAST))).orElse(true);
        if (usable && (renewal == null || (current.expirationTime().isPresent() && !doubted))) {
            return CompletableFuture.completedFuture(current);
        }
        if (renewal == null) {
            renew();
        }
        AwsCredentialsIdentity old = current;
        return usable ? renewal.exceptionally(failure -> old) : renewal.copy();
    }

    /** AWS has refused {@code used}: whoever asks next waits for what the source says now. Nothing if it was renewed meanwhile. */
    public synchronized void doubt(AwsCredentialsIdentity used) {
        if (used.equals(current)) {
            doubted = true;
            renewAt = Instant.MIN;
        }
    }

    @Override
    public Class<AwsCredentialsIdentity> identityType() {
        return AwsCredentialsIdentity.class;
    }

    @Override
    public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
        return current();
    }

    private void renew() {
        CompletableFuture<AwsCredentialsIdentity> shared = new CompletableFuture<>();
        renewal = shared;
        long number = ++round;
        var _ = shared.orTimeout(RESOLVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).whenComplete((_, failure) -> {
            if (failure instanceof TimeoutException) {
                failed(number, failure);
            }
        });
        Thread.ofVirtual().name("weir-credentials").start(() -> {
            try {
                AwsCredentialsIdentity found = source.resolveCredentials();
                store(number, found); // before those who wait are told, who may ask again at once
                shared.complete(found);
            } catch (RuntimeException failure) {
                failed(number, failure);
                shared.completeExceptionally(failure);
            }
        });
    }

    private synchronized void store(long number, AwsCredentialsIdentity found) {
        current = found;
        doubted = false;
        Instant now = clock.instant();
        Instant planned = found.expirationTime().map(end -> end.minus(MARGIN)).orElse(now.plus(RECHECK));
        next(number, planned.isBefore(now.plus(PAUSE)) ? now.plus(PAUSE) : planned);
    }

    private synchronized void failed(long number, Throwable failure) {
        LOG.warn("could not renew the AWS credentials: {}", failure.getClass().getSimpleName());
        doubted = false; // there are no better ones for now
        next(number, clock.instant().plus(PAUSE));
    }

    private void next(long number, Instant at) {
        renewAt = at;
        if (number == round) { // not one that was given up and answers late
            renewal = null;
        }
    }
}

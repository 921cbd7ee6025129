package dev.weir.runner;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where a package can be fetched. The address may move while a fetch is being retried (a signed URL expires, a gateway comes back on another
 * port): every try uses the newest, and a move ends the pause between two tries.
 */
final class PackageSource {
    /** Compressed bytes of a package, at most. */
    static final long MAX_BYTES = 100L * 1024 * 1024;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TRY_TIMEOUT = Duration.ofSeconds(60);
    private static final String TOO_LATE = "no answer in time";
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private String url;

    PackageSource(String url) {
        this.url = url;
    }

    void moveTo(String newest) {
        lock.lock();
        try {
            url = newest;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Writes the package to {@code target}; tries until {@code deadline} (of {@link System#nanoTime}). Blocking. */
    void fetch(Path target, long deadline) throws RunFailure, InterruptedException {
        long pause = FIRST_PAUSE_MILLIS;
        try (HttpClient client = client()) {
            try {
                String said = null;
                while (true) {
                    String tried = current();
                    String trouble = attempt(client, tried, target, deadline);
                    if (trouble == null) {
                        return;
                    }
                    // The last try is cut short by the deadline; what an earlier one met says more.
                    trouble = trouble.equals(TOO_LATE) && said != null ? said : trouble;
                    said = trouble;
                    if (deadline - System.nanoTime() <= 0) {
                        throw new RunFailure("the package could not be fetched: " + trouble);
                    }
                    awaitMove(tried,
                            Math.min(deadline - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(jitter(pause))));
                    pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
                }
            } finally {
                client.shutdownNow();
            }
        }
    }

    /** What went wrong, in words without the address, or null. */
    private static String attempt(HttpClient client, String url, Path target, long deadline)
            throws InterruptedException {
        Duration limit = Duration.ofNanos(Math.clamp(deadline - System.nanoTime(), 1, TRY_TIMEOUT.toNanos()));
        HttpRequest request;
        try {
            request = HttpRequest.newBuilder(URI.create(url)).timeout(limit).GET().build();
        } catch (IllegalArgumentException e) {
            return "its address is not an http URL";
        }
        CompletableFuture<HttpResponse<Path>> answer = client.sendAsync(request, into(target));
        try {
            int status = answer.get(limit.toNanos(), TimeUnit.NANOSECONDS).statusCode();
            return status == 200 ? null : "HTTP status " + status;
        } catch (ExecutionException e) {
            return e.getCause() instanceof HttpTimeoutException ? TOO_LATE : "the connection failed";
        } catch (TimeoutException e) {
            return TOO_LATE;
        } finally {
            answer.cancel(true);
        }
    }

    private static BodyHandler<Path> into(Path target) {
        BodyHandler<Path> file = BodyHandlers.limiting(BodyHandlers.ofFile(target), MAX_BYTES);
        return info -> info.statusCode() == 200 ? file.apply(info) : BodySubscribers.replacing(target);
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    private static long jitter(long pause) {
        return ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
    }

    private String current() {
        lock.lock();
        try {
            return url;
        } finally {
            lock.unlock();
        }
    }

    private void awaitMove(String tried, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (left > 0 && url.equals(tried)) {
                left = moved.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}

package dev.weir.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a process takes while it works: resident memory and the files of its store, looked at five times a second; live heap when asked. */
final class Footprint implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(200);
    /** From here on everything is warm. */
    private static final long BASE = 20_000_000;

    private final ProcessHandle process;
    private final Path data;
    private final List<Sample> samples = new ArrayList<>();
    private final List<String> live = new ArrayList<>();
    private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::watch);
    private final long begin = System.nanoTime();
    private volatile long bytes;
    private volatile boolean stopped;
    private long nextLook = BASE;
    private long finishedAt;

    private record Sample(long at, long bytes, long resident, long wal, long database) {}

    Footprint(ProcessHandle process, Path data) {
        this.process = process;
        this.data = data;
        thread.start();
    }

    long begin() {
        return begin;
    }

    double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1000.0;
    }

    /** So much has come through. Looks at the live heap now and then. */
    void at(long read) {
        bytes = read;
        if (read >= nextLook) {
            nextLook = nextLook * 3;
            look();
        }
    }

    /** Everything has come through. */
    void finished() {
        finishedAt = System.nanoTime();
        look();
    }

    /** After a collection of all garbage. */
    private void look() {
        try {
            Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                    Long.toString(process.pid()), "GC.class_histogram").redirectErrorStream(true).start();
            String total = "";
            for (String line : jcmd.inputReader().readAllLines()) {
                total = line.startsWith("Total") ? line : total;
            }
            live.add(String.format(Locale.ROOT, "%.1f MB at %d MB", Long.parseLong(total.split(" +", -1)[2]) / 1e6,
                    bytes / 1_000_000));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void watch() {
        while (!stopped) {
            try {
                synchronized (this) {
                    samples.add(new Sample(System.nanoTime(), bytes, resident(), size("weir.db-wal"), size("weir.db")));
                }
            } catch (IOException gone) {
                return;
            }
            LockSupport.parkNanos(EVERY.toNanos());
        }
    }

    private long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
    }

    private long size(String file) throws IOException {
        try {
            return Files.size(data.resolve(file));
        } catch (NoSuchFileException none) {
            return 0;
        }
    }

    /** Since everything was warm. */
    synchronized double bytesPerSecond() {
        Sample first = base();
        Sample last = samples.stream().filter(each -> each.at() <= finishedAt).reduce((_, next) -> next).orElseThrow();
        return (last.bytes() - first.bytes()) * (double) TimeUnit.SECONDS.toNanos(1) / (last.at() - first.at());
    }

    private Sample base() {
        return samples.stream().filter(each -> each.bytes() >= BASE).findFirst().orElse(samples.getFirst());
    }

    @Override
    public synchronized String toString() {
        Sample base = base();
        long most = samples.stream().filter(each -> each.at() >= base.at()).mapToLong(Sample::resident).max().orElse(0);
        long wal = samples.stream().mapToLong(Sample::wal).max().orElse(0);
        return String.format(Locale.ROOT,
                "  resident   %.1f MB at %d MB, most %.1f MB, grown by %.1f MB, %.1f MB at the end%n"
                        + "  live heap  %s%n  store      log ahead of the database at most %.1f MB, database %.1f MB%n",
                base.resident() / 1e6, base.bytes() / 1_000_000, most / 1e6, (most - base.resident()) / 1e6,
                samples.getLast().resident() / 1e6, String.join(", ", live), wal / 1e6,
                samples.getLast().database() / 1e6);
    }

    @Override
    public void close() {
        stopped = true;
    }
}

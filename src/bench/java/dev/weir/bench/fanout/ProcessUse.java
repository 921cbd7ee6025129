package dev.weir.bench.fanout;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What processes have used, as Linux says it (proc(5)); zero elsewhere. */
final class ProcessUse {
    private ProcessUse() {}

    /** Nanoseconds of CPU, all threads that live: the scheduler's count, which is not rounded to ticks. */
    static long cpuNanos(List<Long> pids) {
        return pids.stream().mapToLong(ProcessUse::cpuNanos).sum();
    }

    private static long cpuNanos(long pid) {
        long sum = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads) {
                sum += read(thread.resolve("schedstat"))
                        .map(text -> Long.parseLong(text.substring(0, text.indexOf(' '))))
                        .orElse(0L);
            }
        } catch (IOException noSuchProcess) {
            return sum;
        }
        return sum;
    }

    /** Resident KiB. */
    static long residentKib(List<Long> pids) {
        return pids.stream().mapToLong(pid -> read(Path.of("/proc", Long.toString(pid), "status"))
                .flatMap(text -> text.lines().filter(line -> line.startsWith("VmRSS:")).findFirst())
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", ""))).orElse(0L)).sum();
    }

    /** A thread or a process may end while it is looked at. */
    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}

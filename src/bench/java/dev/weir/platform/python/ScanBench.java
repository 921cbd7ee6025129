package dev.weir.platform.python;

import dev.weir.feature.skill.SourceReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Prints how many lines of Python the scan reads in a second, start of the interpreter included. Argument: a folder of sources. */
public final class ScanBench {
    private static final int ROUNDS = 3;

    private ScanBench() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("name one folder with Python sources");
        }
        Path sources = Path.of(args[0]);
        Path scratch = Files.createTempDirectory("scan-bench");
        long lines = lines(sources);
        ScanLimits limits = new ScanLimits(Duration.ofMinutes(5), 300, 4L << 30, 64 << 20, 4 << 20, 100_000, 1);
        PythonSourceCheck check = new PythonSourceCheck("python3", scratch, ScanPolicy.usual(), limits, Runnable::run);
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            SourceReport report = check.inspect(sources, "main:handler").result();
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(Locale.ROOT, "%d lines in %.2f s: %.0f lines/s, %d findings%n", lines, seconds,
                    lines / seconds, report.findings().size());
        }
        Files.delete(scratch);
    }

    private static long lines(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> python = files.filter(file -> file.toString().endsWith(".py")).toList();
            long lines = 0;
            for (Path file : python) {
                for (byte each : Files.readAllBytes(file)) {
                    lines += each == '\n' ? 1 : 0;
                }
            }
            return lines;
        }
    }
}

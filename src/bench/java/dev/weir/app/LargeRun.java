package dev.weir.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.fixture.Api;
import dev.weir.fixture.GatewayProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One run with very much output through everything there is: the packaged gateway, its emulator with the service's limits, the runner in a
 * microVM of it, a Python handler that prints (or yields) and never waits. One reader takes all it can get, the other reads at a quarter of
 * that speed and catches up from the log; both check every byte.
 */
final class LargeRun {
    /** What the runner sends at most: {@code RunnerOptions.Limits.usual}, below the service's 250; and how large a message may be. */
    private static final double LIMIT = 200.0 * 32 * 1024;

    private static final String SKILL = """
            import sys

            def printed(total):
                pad = "x" * 89
                for i in range(total // 100):
                    sys.stdout.write("%09d %s\\n" % (i, pad))

            def handler(value):
                if value["how"] == "print":
                    printed(value["bytes"])
                else:
                    pad = "x" * 1980
                    for i in range(value["bytes"] // 2000):
                        yield "%09d %s" % (i, pad)
            """;

    private final long bytes;
    private final String how;

    /** @param how {@code print} or {@code yield} */
    LargeRun(long bytes, String how) {
        this.bytes = bytes;
        this.how = how;
    }

    void run(String javaOptions, List<String> settings) throws IOException, InterruptedException, ExecutionException {
        Path data = Files.createTempDirectory("weir-bench");
        try (GatewayProcess gateway = new GatewayProcess(data, settings.toArray(String[]::new))
                .withJavaOptions(javaOptions).start()) {
            measure(gateway, data);
        } finally {
            BenchGateway.delete(data);
            Files.deleteIfExists(data.resolveSibling(data.getFileName() + ".log"));
        }
    }

    private void measure(GatewayProcess gateway, Path data)
            throws IOException, InterruptedException, ExecutionException {
        Api api = gateway.api();
        api.deploy("large", "{\"runtime\":\"agent\",\"timeout_seconds\":900}", Api.zip(skill()));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Footprint footprint = new Footprint(gateway.handle(), data)) {
            double cpu = footprint.cpuSeconds();
            String run = api.invoke("large", "{\"how\":\"" + how + "\",\"bytes\":" + bytes + "}");
            OutputReader fast = new OutputReader(api, run, read -> footprint.at(read));
            Future<OutputReader.Result> first = threads.submit(fast);
            Future<OutputReader.Result> second = threads.submit(OutputReader.slower(api, run, fast, 4));
            OutputReader.Result all = first.get();
            double took = footprint.secondsSince(footprint.begin());
            cpu = footprint.cpuSeconds() - cpu;
            footprint.finished();
            OutputReader.Result late = second.get();
            JsonNode record = api.over(run);
            report(footprint, all, late, took, cpu);
            System.out.println("  record     " + record.path("status").asText());
        }
    }

    /** A generator yields, so the two ways need two functions. */
    private String skill() {
        return how.equals("print")
                ? SKILL.substring(0, SKILL.indexOf("def handler"))
                        + "def handler(value):\n    printed(value[\"bytes\"])\n"
                : SKILL;
    }

    private void report(Footprint footprint, OutputReader.Result fast, OutputReader.Result slow, double took,
            double cpu) {
        double rate = footprint.bytesPerSecond();
        System.out.printf(Locale.ROOT, "large: %s %d MB in %.1f s, %.2f MB/s = %.2f of the runner's limit%n", how,
                bytes / 1_000_000, took, rate / 1e6, rate / LIMIT);
        System.out.printf(Locale.ROOT, "  readers    fast %s; slow %s%n", fast, slow);
        System.out.printf(Locale.ROOT, "  CPU        gateway %.1f s, %.2f s per 100 MB%n", cpu,
                cpu * 100e6 / Math.max(1, fast.bytes()));
        System.out.print(footprint);
        check(fast);
        check(slow);
    }

    private void check(OutputReader.Result read) {
        if (read.lost().isEmpty() && read.bytes() != bytes) {
            throw new IllegalStateException("read " + read.bytes() + " of " + bytes);
        }
    }
}

package dev.weir.bridge.acp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Prints what the bridge costs: the same small agent by a pipe, on a terminal, on a terminal in the pipeline that the bridge makes there, and
 * by {@code weir agentcore-bridge} over an emulator's shell on this machine. Takes about a minute and a half, and needs the distribution
 * ({@code mvn package}) and python3. Argument: the command, {@code target/weir/bin/weir} if not given.
 */
public final class BridgeBench {
    private static final int PINGS = 1000;
    private static final int WARM_UP = 300;
    /** The service takes 200 messages a second, and a request is two: itself, and what confirms it. */
    private static final long PING_NANOS = 20_000_000;
    private static final int MEBI = 1024 * 1024;
    private static final int UP_LINE = 256 * 1024;
    private static final int UP_LINES = 96;
    private static final int DOWN_LINE = 64 * 1024;
    private static final int DOWN_LINES = 1024;
    private static final int STARTS = 7;
    private static final byte[] INITIALIZE = request(0, "initialize",
            "{\"protocolVersion\":1,\"clientCapabilities\":{}}");

    private BridgeBench() {}

    /** For the start of a Java program that does nothing. */
    public static final class Nothing {
        private Nothing() {}

        public static void main(String[] args) {
            System.out.println("{}");
        }
    }

    /** A way to an agent, opened. */
    private interface Opening {
        Peer open() throws IOException;
    }

    public static void main(String[] args) throws IOException {
        String weir = Path.of(args.length > 0 ? args[0] : "target/weir/bin/weir").toAbsolutePath().toString();
        try (Ways ways = Ways.open(weir)) {
            Map<String, Peer> peers = ways.all();
            try {
                for (Peer each : peers.values()) {
                    each.exchange(INITIALIZE);
                }
                latency(peers);
                throughput(peers);
            } finally {
                for (Peer each : peers.values()) {
                    each.close();
                }
            }
            memory(ways);
            start(ways, weir);
        }
    }

    /** One request to each in turn, so that what else the machine does meets all alike. */
    private static void latency(Map<String, Peer> peers) throws IOException {
        Map<String, long[]> nanos = new LinkedHashMap<>();
        peers.keySet().forEach(name -> nanos.put(name, new long[PINGS]));
        long begin = System.nanoTime();
        for (int i = -WARM_UP; i < PINGS; i++) {
            LockSupport.parkNanos(begin + (i + WARM_UP) * PING_NANOS - System.nanoTime());
            for (Map.Entry<String, Peer> each : peers.entrySet()) {
                long took = each.getValue().exchange(request(i + WARM_UP + 1, "_bench/ping", "{\"text\":\"hello\"}"));
                if (i >= 0) {
                    nanos.get(each.getKey())[i] = took;
                }
            }
        }
        System.out.printf("A request and its answer, %d at %d/s each, microseconds%n", PINGS,
                1_000_000_000L / PING_NANOS);
        System.out.printf("%-24s %8s %8s %8s %10s%n", "", "p50", "p99", "max", "p50 / pipe");
        long base = at(nanos.get("pipe"), 0.5);
        nanos.forEach((name, times) -> System.out.printf(Locale.ROOT, "%-24s %8d %8d %8d %10.1f%n", name,
                at(times, 0.5) / 1000, at(times, 0.99) / 1000, at(times, 1) / 1000, (double) at(times, 0.5) / base));
    }

    private static void throughput(Map<String, Peer> peers) throws IOException {
        System.out.printf("%nMiB/s: %d requests of %d KiB to the agent, %d notifications of %d KiB from it%n", UP_LINES,
                UP_LINE / 1024, DOWN_LINES, DOWN_LINE / 1024);
        System.out.printf("%-24s %8s %8s%n", "", "to", "from");
        double[] pipeline = {1, 1};
        for (Map.Entry<String, Peer> each : peers.entrySet()) {
            double[] rates = {up(each.getValue()), down(each.getValue())};
            String beside = each.getKey().equals("bridge")
                    ? String.format(Locale.ROOT, "  (%.2f and %.2f of the terminal's with tee and grep)",
                            rates[0] / pipeline[0], rates[1] / pipeline[1])
                    : "";
            System.out.printf(Locale.ROOT, "%-24s %8.1f %8.1f%s%n", each.getKey(), rates[0], rates[1], beside);
            pipeline = rates;
        }
    }

    private static double up(Peer peer) throws IOException {
        long begin = System.nanoTime();
        for (int i = 0; i < UP_LINES; i++) {
            peer.send(padded(100_000 + i, UP_LINE));
        }
        for (int i = 0; i < UP_LINES; i++) {
            peer.line();
        }
        return (double) UP_LINES * UP_LINE / MEBI / ((System.nanoTime() - begin) / 1e9);
    }

    private static double down(Peer peer) throws IOException {
        long begin = System.nanoTime();
        peer.send(request(200_000, "down", "{\"lines\":" + DOWN_LINES + ",\"size\":" + DOWN_LINE + "}"));
        for (int i = 0; i <= DOWN_LINES; i++) {
            peer.line();
        }
        return (double) DOWN_LINES * DOWN_LINE / MEBI / ((System.nanoTime() - begin) / 1e9);
    }

    /** Of the bridge's process, while one line of 8 MiB passes each way; a fresh one. */
    private static void memory(Ways ways) throws IOException {
        try (Peer bridge = ways.bridge()) {
            bridge.exchange(INITIALIZE);
            System.out.printf("%nThe bridge's memory (resident, MiB): %d before%n", resident(bridge, "VmRSS"));
            long begin = forgetPeak(bridge);
            bridge.exchange(padded(1, 8 * MEBI));
            System.out.printf(Locale.ROOT, "8 MiB to the agent:   at most %d, %d after, %.2f s%n",
                    resident(bridge, "VmHWM"), resident(bridge, "VmRSS"), (System.nanoTime() - begin) / 1e9);
            begin = forgetPeak(bridge);
            bridge.exchange(request(2, "down", "{\"lines\":1,\"size\":" + 8 * MEBI + "}"));
            bridge.line();
            System.out.printf(Locale.ROOT, "8 MiB from the agent: at most %d, %d after, %.2f s%n",
                    resident(bridge, "VmHWM"), resident(bridge, "VmRSS"), (System.nanoTime() - begin) / 1e9);
        }
    }

    private static long forgetPeak(Peer bridge) throws IOException {
        Files.writeString(Path.of("/proc", Long.toString(bridge.pid()), "clear_refs"), "5");
        return System.nanoTime();
    }

    private static long resident(Peer bridge, String which) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(bridge.pid()), "status")).stream()
                .filter(line -> line.startsWith(which)).mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst().orElse(0) / 1024;
    }

    private static void start(Ways ways, String weir) throws IOException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        Map<String, Opening> openings = new LinkedHashMap<>();
        openings.put("pipe", ways::pipe);
        openings.put("terminal, tee and grep", ways::pipeline);
        openings.put("a Java program's line", () -> Peer.piped(List.of(java, "-cp",
                System.getProperty("java.class.path"), Nothing.class.getName()), Map.of()));
        openings.put("the bridge's --help",
                () -> Peer.piped(List.of(weir, "agentcore-bridge", "--help"), Map.of()));
        openings.put("bridge", ways::bridge);
        Map<String, long[]> nanos = openings.keySet().stream().collect(
                Collectors.toMap(name -> name, name -> new long[STARTS], (a, b) -> a, LinkedHashMap::new));
        for (int i = 0; i < STARTS; i++) {
            for (Map.Entry<String, Opening> each : openings.entrySet()) {
                nanos.get(each.getKey())[i] = firstLine(each.getValue(), !each.getKey().contains("'s "));
            }
        }
        System.out.printf(
                "%nFrom the start of the process to its first line, or the answer to initialize, milliseconds%n");
        System.out.printf("%-24s %8s %8s%n", "", "least", "p50");
        nanos.forEach((name, times) -> System.out.printf("%-24s %8d %8d%n", name, at(times, 0) / 1_000_000,
                at(times, 0.5) / 1_000_000));
    }

    private static long firstLine(Opening opening, boolean agent) throws IOException {
        long begin = System.nanoTime();
        try (Peer peer = opening.open()) {
            if (agent) {
                peer.send(INITIALIZE);
            }
            peer.line();
            return System.nanoTime() - begin;
        }
    }

    private static byte[] padded(int id, int size) {
        return request(id, "_bench/take", "{\"pad\":\"" + "x".repeat(size) + "\"}");
    }

    private static byte[] request(int id, String method, String params) {
        return ("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static long at(long[] times, double share) {
        long[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[(int) (share * (sorted.length - 1))];
    }
}

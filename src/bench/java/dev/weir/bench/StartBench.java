package dev.weir.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long the packaged gateway takes from its start as a process to the first 200 of {@code /readyz}, in embedded mode, on a new data
 * directory and on one that was there before, and what it and its emulator take of the processor until then and of the memory when nothing
 * has happened for a while. Variants take turns, so that all meet the same machine; the unit is a Java program that does nothing. Linux
 * only. Arguments: rounds (3), seconds of idleness (10), and part of the names of the variants wanted (all).
 */
public final class StartBench {
    private static final long PATIENCE_SECONDS = 120;
    private static final double TICKS_PER_SECOND = 100;
    private static final String DISTRIBUTED = "as distributed";
    private static final Pattern PID = Pattern.compile("\"pid\"\\s*:\\s*(\\d+)");

    /** What the gateway's JVM is told on top of the distribution's flags, and what all JVMs are. */
    private record Variant(String name, String gateway, String all) {}

    /** Of one start: milliseconds, seconds of both processes' processors, mebibytes, and idle processor milliseconds per second. */
    private record Start(double ready, double cpu, double emulatorCpu, double rss, double pss, double emulatorPss,
            double idle) {}

    private static final List<Variant> VARIANTS = List.of(
            new Variant(DISTRIBUTED, "", ""),
            new Variant("no AOT cache", "", "-Xshare:auto"),
            new Variant("no compact headers", "-XX:-UseCompactObjectHeaders", ""),
            new Variant("Serial", "-XX:+UseSerialGC", ""),
            new Variant("Parallel", "-XX:+UseParallelGC", ""),
            new Variant("G1", "-XX:+UseG1GC", ""),
            new Variant("ZGC", "-XX:+UseZGC", ""),
            new Variant("Shenandoah", "-XX:+UseShenandoahGC", ""),
            new Variant("first compiler only", "-XX:TieredStopAtLevel=1", ""));

    private final long idleSeconds;
    private final Map<String, List<Start>> fresh = new LinkedHashMap<>();
    private final Map<String, List<Start>> again = new LinkedHashMap<>();

    private StartBench(long idleSeconds) {
        this.idleSeconds = idleSeconds;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        StartBench bench = new StartBench(arguments.length > 1 ? Long.parseLong(arguments[1]) : 10);
        String wanted = arguments.length > 2 ? arguments[2] : "";
        List<Double> nothing = new ArrayList<>();
        for (int round = -1; round < rounds; round++) { // the first warms the files up
            nothing.add(nothing());
            for (Variant variant : VARIANTS) {
                if (variant.name().contains(wanted) && (round >= 0 || variant.name().equals(DISTRIBUTED))) {
                    bench.both(variant, round >= 0);
                }
            }
        }
        double unit = Distribution.middle(nothing);
        System.out.printf("%d rounds, medians; unit: a Java program that does nothing, %.0f ms%n", rounds, unit);
        System.out.printf("%-34s %7s %6s %8s %8s %8s %8s %8s %9s%n", "gateway / its emulator", "ready", "ratio",
                "cpu s", "emu cpu", "rss MiB", "pss MiB", "emu pss", "idle ms/s");
        bench.fresh.forEach((name, starts) -> print(name + ", new directory", starts, unit));
        bench.again.forEach((name, starts) -> print(name + ", known directory", starts, unit));
    }

    private static double nothing() throws IOException, InterruptedException {
        long start = System.nanoTime();
        new ProcessBuilder(Distribution.nothing()).inheritIO().start().waitFor();
        return (System.nanoTime() - start) / 1e6;
    }

    private static void print(String name, List<Start> all, double unit) {
        double ready = Distribution.middle(all.stream().map(Start::ready).toList());
        System.out.printf("%-34s %7.0f %6.1f %8.2f %8.2f %8.0f %8.0f %8.0f %9.1f%n", name, ready, ready / unit,
                Distribution.middle(all.stream().map(Start::cpu).toList()),
                Distribution.middle(all.stream().map(Start::emulatorCpu).toList()),
                Distribution.middle(all.stream().map(Start::rss).toList()),
                Distribution.middle(all.stream().map(Start::pss).toList()),
                Distribution.middle(all.stream().map(Start::emulatorPss).toList()),
                Distribution.middle(all.stream().map(Start::idle).toList()));
    }

    private void both(Variant variant, boolean counts) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("weir-start");
        try {
            Start first = start(variant, data);
            Start second = start(variant, data);
            if (counts) {
                fresh.computeIfAbsent(variant.name(), _ -> new ArrayList<>()).add(first);
                again.computeIfAbsent(variant.name(), _ -> new ArrayList<>()).add(second);
            }
        } finally {
            Distribution.remove(data);
        }
    }

    private Start start(Variant variant, Path data) throws IOException, InterruptedException {
        int admin = freePort();
        ProcessBuilder builder = new ProcessBuilder(Distribution.WEIR, "serve", "--data", data.toString(), "--port",
                "0", "--admin-port", Integer.toString(admin)).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("WEIR_JAVA", Distribution.JAVA);
        builder.environment().put("WEIR_JAVA_OPTS", variant.gateway());
        builder.environment().put("JAVA_TOOL_OPTIONS", variant.all());
        long begin = System.nanoTime();
        Process gateway = builder.start();
        try {
            while (!isReady(admin)) {
                if (!gateway.isAlive() || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                    throw new IOException(variant.name() + " does not start; is target/weir packaged?");
                }
                TimeUnit.MILLISECONDS.sleep(2);
            }
            double ready = (System.nanoTime() - begin) / 1e6;
            long emulator = emulator(data);
            double cpu = cpuSeconds(gateway.pid());
            double emulatorCpu = cpuSeconds(emulator);
            TimeUnit.SECONDS.sleep(idleSeconds); // nothing happens: that is what is measured
            double before = cpuSeconds(gateway.pid());
            TimeUnit.SECONDS.sleep(idleSeconds);
            double idle = (cpuSeconds(gateway.pid()) - before) * 1000 / idleSeconds;
            return new Start(ready, cpu, emulatorCpu, mebibytes(gateway.pid(), "Rss:"),
                    mebibytes(gateway.pid(), "Pss:"),
                    mebibytes(emulator, "Pss:"), idle);
        } finally {
            gateway.destroy(); // in order, and the emulator with it
            if (!gateway.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                gateway.destroyForcibly();
            }
        }
    }

    private static boolean isReady(int admin) {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + admin + "/readyz")
                    .toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(1000);
            try {
                return connection.getResponseCode() == 200;
            } finally {
                connection.disconnect();
            }
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static long emulator(Path data) throws IOException {
        Matcher pid = PID.matcher(Files.readString(data.resolve("emulator.json")));
        if (!pid.find()) {
            throw new IOException("no pid in emulator.json");
        }
        return Long.parseLong(pid.group(1));
    }

    /** The 14th and 15th field of {@code stat}; the second is in parentheses and may hold anything. */
    private static double cpuSeconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / TICKS_PER_SECOND;
    }

    private static double mebibytes(long pid, String name) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup")).stream()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D+", ""))).sum() / 1024;
    }
}

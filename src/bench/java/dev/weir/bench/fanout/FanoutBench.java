package dev.weir.bench.fanout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * From a publisher to many subscribers, whole processes: Weir beside nchan, where nginx has it, and beside servers that do nothing but write. Needs the
 * packaged distribution. Prints Markdown tables, ratios first; each measurement as JSON on standard error. {@code --help} lists the options.
 */
public final class FanoutBench {
    private static final Path HOME = Path.of("target", "weir").toAbsolutePath();

    private FanoutBench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> words = Stream.of(args).flatMap(one -> Stream.of(one.split(" ", -1)))
                .filter(word -> !word.isBlank()).toList();
        Options options = Options.parse(words);
        long begin = System.nanoTime();
        try (Site site = new Site(HOME); Bench bench = new Bench(site, options)) {
            for (Options.Part part : options.parts()) {
                run(part, bench);
            }
            System.out.println("\n" + machine(site, (System.nanoTime() - begin) / 1_000_000_000));
        }
        System.exit(0);
    }

    private static void run(Options.Part part, Bench bench) throws IOException, InterruptedException {
        try (Servers servers = new Servers(bench)) {
            switch (part) {
                case SATURATED -> new Saturated(bench, servers).run();
                case RATE -> new Rates(bench, servers).run();
                case IDLE -> new Idle(bench).run();
                case SLOW -> new Slow(bench).run();
                case RUN -> new SkillRuns(bench, HOME).run();
                case LOOPS -> new Loops(bench).run();
            }
        }
    }

    private static String machine(Site site, long seconds) throws IOException {
        Path cpus = Path.of("/proc/cpuinfo");
        String model = Files.isReadable(cpus)
                ? Files.readAllLines(cpus).stream()
                        .filter(line -> line.startsWith("model name")).findFirst()
                        .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("")
                : System.getProperty("os.arch");
        return Stream
                .of(LocalDate.now(ZoneOffset.UTC) + ", " + seconds + " s",
                        Runtime.getRuntime().availableProcessors() + " cores, " + model,
                        System.getProperty("os.name") + " " + System.getProperty("os.version"),
                        "JDK " + Runtime.version(), "flags " + String.join(" ", site.serverFlags()),
                        site.pinned()
                                ? "server on core " + Site.SERVER_CORE + ", client on core " + Site.CLIENT_CORE
                                : "NOT pinned to cores: no taskset, or one core only; the figures are worth little")
                .collect(Collectors.joining("; "));
    }
}

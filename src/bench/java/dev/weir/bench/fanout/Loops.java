package dev.weir.bench.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One event loop against two. On a machine of two cores the client has to share one of them with the second loop, so the figure by itself says little:
 * beside it stands a server that does nothing but write, with one loop and with two, under the same conditions.
 */
final class Loops {
    private static final Load.Events EVENTS = new Load.Events(Load.Protocol.SSE, 1_000, 200);
    private static final int WINDOW = 64;

    private final Bench bench;

    Loops(Bench bench) {
        this.bench = bench;
    }

    /** Starts a server with so many loops, on as many cores. */
    private interface Starter {
        ServerProcess start(int loops, String cores) throws IOException;
    }

    void run() throws IOException, InterruptedException {
        if (!bench.options().wants(EVENTS.subscribers())) {
            return;
        }
        Site site = bench.site();
        Map<String, Starter> kinds = new LinkedHashMap<>();
        kinds.put("Weir", (loops, cores) -> new WeirServer(site, cores, flags(site, loops), List.of()));
        kinds.put("raw-batch", (loops, cores) -> new RawProcess(site, cores, EVENTS.protocol(), true, loops));
        Table table = new Table("Two event loops on two cores against one on one, 1,000 SSE x 200 B, saturated",
                List.of("server", "deliveries/s: two / one", "CPU of a delivery: two / one", "one", "two",
                        "CPU s per million: one", "two", "client's CPU share: one", "two"));
        List<Double> ratios = new ArrayList<>();
        for (Map.Entry<String, Starter> kind : kinds.entrySet()) {
            Sample one = measure(kind.getKey(), kind.getValue(), 1);
            Sample two = measure(kind.getKey(), kind.getValue(), 2);
            ratios.add(two.perSecond() / one.perSecond());
            table.row(List.of(kind.getKey(), Table.ratio(two.perSecond(), one.perSecond()),
                    Table.ratio(two.cpuPerMillion(), one.cpuPerMillion()), Table.number(one.perSecond()),
                    Table.number(two.perSecond()), Table.number(one.cpuPerMillion()),
                    Table.number(two.cpuPerMillion()), Table.number(one.clientShare()),
                    Table.number(two.clientShare())));
            table.note(one.fault() + two.fault());
        }
        table.note("The client is on core " + Site.CLIENT_CORE
                + ", where the second loop runs, too: it takes from it what it needs. Weir's gain "
                + "is " + Table.number(ratios.get(0) / ratios.get(1)) + " of that of the raw server.");
        table.print();
    }

    /** A JVM chooses its collector by the number of processors, which is not what is compared here. */
    private static List<String> flags(Site site, int loops) {
        String processors = "-XX:ActiveProcessorCount=" + loops;
        boolean chosen = site.serverFlags().stream().anyMatch(flag -> flag.matches("-XX:\\+Use\\w+GC"));
        return chosen ? List.of(processors) : List.of(processors, "-XX:+UseSerialGC");
    }

    private Sample measure(String who, Starter starter, int loops) throws IOException, InterruptedException {
        String cores = loops == 1 ? Integer.toString(Site.SERVER_CORE) : Site.SERVER_CORE + "-" + Site.CLIENT_CORE;
        List<Sample> samples = new ArrayList<>();
        try (ServerProcess server = starter.start(loops, cores)) {
            Load.Pace pace = Load.Pace.saturated(WINDOW);
            bench.measure(who + ", warming up", Turns.load(server, EVENTS, pace, Bench.times(12, 0.1)));
            for (int round = 1; round <= bench.options().rounds(); round++) {
                samples.add(Sample.of(bench.measure(who + ", " + loops + " loops",
                        Turns.load(server, EVENTS, pace, Bench.times(0.7, 2)))));
            }
        }
        return Sample.median(samples);
    }
}

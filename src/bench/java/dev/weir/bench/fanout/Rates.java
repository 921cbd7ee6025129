package dev.weir.bench.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** At a fixed rate: how long it takes from the moment a message was to be published until each subscriber has it. */
final class Rates {
    private static final int SIZE = 200;
    private static final Sample NONE = new Sample(0, new Latencies.Summary(0, 0, 0, 0), 0, 0, "");

    private final Bench bench;
    private final Servers servers;

    private record Point(int subscribers, int rate) {
        String title() {
            return subscribers + " x " + rate + "/s";
        }
    }

    Rates(Bench bench, Servers servers) {
        this.bench = bench;
        this.servers = servers;
    }

    void run() throws IOException, InterruptedException {
        List<Point> points = bench.options().quick()
                ? List.of(new Point(1_000, 50), new Point(1_000, 100))
                : List.of(new Point(1_000, 10), new Point(1_000, 50), new Point(1_000, 100), new Point(1_000, 200),
                        new Point(100, 50));
        List<Contender> contenders = Contender.present(bench.options());
        List<String> columns = new ArrayList<>(List.of("SSE, 200 B", "p50: Weir / nchan", "p99: Weir / nchan",
                "p50: Weir / raw", "p99: Weir / raw"));
        contenders.forEach(one -> columns.add(one.title() + " p50 / p99 / p99.9 ms"));
        Table table = new Table("Offered rate: latency", columns);
        for (Point point : points) {
            if (bench.options().wants(point.subscribers())) {
                row(table, point, contenders);
            }
        }
        table.note("A server that falls behind shows it in its latency; nothing is lost, unless said here.");
        table.print();
    }

    private void row(Table table, Point point, List<Contender> contenders) throws IOException, InterruptedException {
        Map<Contender, Sample> samples = new Turns(bench, servers).take(contenders,
                new Load.Events(Load.Protocol.SSE, point.subscribers(), SIZE), Load.Pace.rate(point.rate()),
                Bench.times(0.7, bench.options().quick() ? 3 : 4));
        Latencies.Summary weir = samples.get(Contender.WEIR).millis();
        Latencies.Summary raw = samples.get(Contender.SINGLE).millis();
        Latencies.Summary nchan = samples.getOrDefault(Contender.NCHAN, NONE).millis();
        List<String> cells = new ArrayList<>(List.of(point.title(), Table.ratio(weir.p50(), nchan.p50()),
                Table.ratio(weir.p99(), nchan.p99()), Table.ratio(weir.p50(), raw.p50()),
                Table.ratio(weir.p99(), raw.p99())));
        contenders.forEach(one -> cells.add(millis(samples.get(one).millis())));
        table.row(cells);
        samples.forEach((contender, sample) -> table.note(
                sample.fault().isEmpty()
                        ? ""
                        : "**" + point.title() + ", " + contender.title() + ": " + sample.fault() + "**"));
    }

    static String millis(Latencies.Summary of) {
        return Table.number(of.p50()) + " / " + Table.number(of.p99()) + " / " + Table.number(of.p999());
    }
}

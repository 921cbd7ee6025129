package dev.weir.bench.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** As fast as it goes with so many messages under way: deliveries a second, and what one costs. */
final class Saturated {
    private static final int SMALL = 200;
    private static final int LARGE = 2048;
    private static final int DIRECT_UP_TO = 1_000;
    private static final Sample NONE = new Sample(0, new Latencies.Summary(0, 0, 0, 0), 0, 0, "");

    private final Bench bench;
    private final Servers servers;

    private record Point(Load.Protocol protocol, int subscribers, int size, int window) {
        String title() {
            return (protocol == Load.Protocol.SSE ? "SSE" : "WebSocket") + ", " + subscribers + " x "
                    + (size == SMALL ? "200 B" : "2 KiB");
        }
    }

    Saturated(Bench bench, Servers servers) {
        this.bench = bench;
        this.servers = servers;
    }

    private static List<Point> points(Options options) {
        List<Point> all = new ArrayList<>();
        Load.Protocol sse = Load.Protocol.SSE;
        Load.Protocol socket = Load.Protocol.WEBSOCKET;
        all.add(new Point(sse, 100, SMALL, 128));
        all.add(new Point(sse, 1_000, SMALL, 64));
        all.add(new Point(socket, 1_000, SMALL, 64));
        if (!options.quick()) {
            all.add(2, new Point(sse, 5_000, SMALL, 32));
            all.add(3, new Point(sse, 10_000, SMALL, 32));
            all.add(4, new Point(sse, 100, LARGE, 128));
            all.add(5, new Point(sse, 1_000, LARGE, 64));
            all.add(6, new Point(sse, 5_000, LARGE, 32));
            all.add(7, new Point(socket, 100, SMALL, 128));
            all.add(new Point(socket, 10_000, SMALL, 32));
        }
        return all.stream().filter(point -> options.wants(point.subscribers())).toList();
    }

    void run() throws IOException, InterruptedException {
        List<Contender> contenders = Contender.present(bench.options());
        List<String> columns = new ArrayList<>(List.of("point", "Weir / raw-batch", "Weir / nchan",
                "CPU of a delivery: Weir / raw-batch", "Weir", Contender.DIRECT.title()));
        contenders.stream().skip(1).map(Contender::title).forEach(columns::add);
        columns.addAll(List.of("CPU s per million: Weir", "raw-batch", "nchan", "client's CPU share with Weir"));
        Table table = new Table("Saturated: deliveries a second", columns);
        for (Point point : points(bench.options())) {
            row(table, point, contenders);
        }
        table.note("Nothing lost, repeated or out of order, unless said here.");
        table.note("A client's share near 1 says that the client was the limit: compare the CPU seconds then.");
        table.print();
    }

    private void row(Table table, Point point, List<Contender> contenders) throws IOException, InterruptedException {
        List<Contender> all = new ArrayList<>(contenders);
        if (point.protocol() == Load.Protocol.SSE && point.size() == SMALL && point.subscribers() <= DIRECT_UP_TO) {
            all.add(1, Contender.DIRECT);
        }
        Map<Contender, Sample> samples = new Turns(bench, servers).take(all,
                new Load.Events(point.protocol(), point.subscribers(), point.size()),
                Load.Pace.saturated(point.window()), Bench.times(0.7, bench.options().quick() ? 1.5 : 2));
        Sample weir = samples.get(Contender.WEIR);
        Sample batch = samples.get(Contender.BATCH);
        Sample nchan = samples.getOrDefault(Contender.NCHAN, NONE);
        List<String> cells = new ArrayList<>(List.of(point.title(), Table.ratio(weir.perSecond(), batch.perSecond()),
                Table.ratio(weir.perSecond(), nchan.perSecond()),
                Table.ratio(weir.cpuPerMillion(), batch.cpuPerMillion()), Table.number(weir.perSecond()),
                Table.number(samples.getOrDefault(Contender.DIRECT, NONE).perSecond())));
        contenders.stream().skip(1).forEach(one -> cells.add(Table.number(samples.get(one).perSecond())));
        cells.addAll(List.of(Table.number(weir.cpuPerMillion()), Table.number(batch.cpuPerMillion()),
                Table.number(nchan.cpuPerMillion()), Table.number(weir.clientShare())));
        table.row(cells);
        samples.forEach((contender, sample) -> table.note(
                sample.fault().isEmpty()
                        ? ""
                        : "**" + point.title() + ", " + contender.title() + ": " + sample.fault() + "**"));
    }
}

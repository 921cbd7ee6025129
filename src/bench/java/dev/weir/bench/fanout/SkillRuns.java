package dev.weir.bench.fanout;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real run: the packaged gateway, a skill in Python, subscribers that only listen. */
final class SkillRuns {
    private static final Path SKILL = Path.of("src", "bench", "python", "fanout", "main.py");
    private static final int SIZE = 200;
    private static final int DELAY_MILLIS = 2_500;
    private static final int LINGER_MILLIS = 3_000;

    private final Bench bench;
    private final Path home;

    /** @param rate messages a second; 0: as fast as the handler yields them */
    private record Point(Load.Protocol protocol, int subscribers, int rate, int count) {}

    SkillRuns(Bench bench, Path home) {
        this.bench = bench;
        this.home = home;
    }

    void run() throws IOException, InterruptedException {
        Load.Protocol sse = Load.Protocol.SSE;
        List<Point> points = bench.options().quick()
                ? List.of(new Point(sse, 100, 50, 150), new Point(sse, 100, 0, 10_000))
                : List.of(new Point(sse, 100, 50, 250), new Point(sse, 1_000, 50, 250), new Point(sse, 1_000, 200, 800),
                        new Point(sse, 100, 0, 50_000), new Point(sse, 1_000, 0, 20_000),
                        new Point(Load.Protocol.WEBSOCKET, 1_000, 0, 20_000));
        Table table = new Table("A real run: packaged gateway, Python handler, 200 B",
                List.of("point", "p50 / p99 / p99.9 ms", "deliveries/s", "messages/s",
                        "CPU s of the gateway per million", "client's CPU share"));
        try (SkillGateway gateway = new SkillGateway(bench.site(), home, SKILL)) {
            measure(gateway, new Point(sse, 100, 0, 20_000));
            for (Point point : points) {
                if (bench.options().wants(point.subscribers())) {
                    row(table, gateway, point);
                }
            }
        }
        table.note(
                "From the handler's clock to the subscriber. The handler, its microVM and the gateway share the server's core; flat out, "
                        + "latency is the length of the queues between them, and the handler is the limit.");
        table.print();
    }

    private void row(Table table, SkillGateway gateway, Point point) throws IOException, InterruptedException {
        List<Sample> samples = new ArrayList<>();
        for (int round = 1; round <= bench.options().rounds(); round++) {
            samples.add(Sample.of(measure(gateway, point)));
        }
        Sample median = Sample.median(samples);
        String title = point.protocol() + ", " + point.subscribers() + " x "
                + (point.rate() == 0 ? "flat out" : point.rate() + "/s");
        table.row(List.of(title, Rates.millis(median.millis()), Table.number(median.perSecond()),
                Table.number(median.perSecond() / point.subscribers()), Table.number(median.cpuPerMillion()),
                Table.number(median.clientShare())));
        table.note(median.fault().isEmpty() ? "" : "**" + title + ": " + median.fault() + "**");
    }

    private Outcome measure(SkillGateway gateway, Point point) throws IOException, InterruptedException {
        gateway.input("{\"size\":" + SIZE + ",\"rate\":" + point.rate() + ",\"count\":" + point.count()
                + ",\"delay_ms\":" + DELAY_MILLIS + ",\"linger_ms\":" + LINGER_MILLIS + "}");
        Load.Target target = gateway.target(point.protocol());
        return bench.measure("run, " + point, new Load(target,
                new Load.Events(point.protocol(), point.subscribers(), SIZE), Load.Pace.listening(point.count()),
                Bench.times(0, 60), Load.Pause.NONE, gateway.pids()));
    }
}

package dev.weir.bench.fanout;

import java.io.IOException;
import java.util.List;

/** One in ten stops reading for a while, then goes on: what the others notice, what the server keeps, and whether those get everything. */
final class Slow {
    private static final int SUBSCRIBERS = 5_000;
    /** So much a second that kernel buffers are full long before they go on. */
    private static final int SIZE = 8_192;
    private static final int RATE = 5;
    private static final double AFTERWARDS = 3;
    private static final int EVERY = 10;

    private final Bench bench;

    Slow(Bench bench) {
        this.bench = bench;
    }

    void run() throws IOException, InterruptedException {
        if (bench.options().quick() || !bench.options().wants(SUBSCRIBERS)) {
            return;
        }
        double seconds = 30;
        Outcome without = measure(new Load.Pause(0, seconds));
        Outcome with = measure(new Load.Pause(EVERY, seconds));
        Table table = new Table(
                "Slow readers: 10 % of " + SUBSCRIBERS + " stop reading for 30 s, " + RATE + " x 8 KiB a second",
                List.of("", "p99 of the others: with / without", "p50 / p99 / p99.9 ms of the others",
                        "resident MiB before, subscribed, at the end", "CPU s per million", "missing",
                        "slow ones: missing",
                        "client's CPU share"));
        double ratio = with.steady().millis().p99() / without.steady().millis().p99();
        table.row(row("with", Table.number(ratio), with));
        table.row(row("without", "", without));
        table.note(fault("with", with));
        table.note(fault("without", without));
        table.print();
    }

    private Outcome measure(Load.Pause pause) throws IOException, InterruptedException {
        Load.Events events = new Load.Events(Load.Protocol.SSE, SUBSCRIBERS, SIZE);
        try (ServerProcess server = Contender.WEIR.start(bench.site(), events.protocol())) {
            bench.measure("Weir, slow readers, warming up", Turns.load(server, events, Load.Pace.rate(RATE),
                    Bench.times(10, 1)));
            Load load = Turns.load(server, events, Load.Pace.rate(RATE),
                    new Load.Times(1, pause.seconds() + AFTERWARDS, 60, 10));
            return bench.measure("Weir, " + events + ", " + pause,
                    new Load(load.target(), load.events(), load.pace(), load.times(), pause, load.pids()));
        }
    }

    private static List<String> row(String title, String ratio, Outcome outcome) {
        Outcome.Memory memory = outcome.memory();
        return List.of(title, ratio, Rates.millis(outcome.steady().millis()),
                memory.before() / 1024 + ", " + memory.subscribed() / 1024 + ", " + memory.after() / 1024,
                Table.number(outcome.cost().perMillion()), Long.toString(outcome.steady().missing()),
                outcome.slow().subscribers() == 0 ? "" : Long.toString(outcome.slow().missing()),
                Table.number(outcome.cost().clientShare()));
    }

    private static String fault(String title, Outcome outcome) {
        return outcome.exact()
                ? ""
                : "**" + title + ": " + outcome.end() + "; " + outcome.steady().counts() + "; slow "
                        + outcome.slow().counts() + "**";
    }
}

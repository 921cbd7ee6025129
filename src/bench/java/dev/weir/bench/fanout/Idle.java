package dev.weir.bench.fanout;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a subscriber costs while nothing happens: resident bytes of the server's processes, divided by their number. */
final class Idle {
    private static final int FEW = 200;
    private static final int SIZE = 200;
    private static final double HELD = 3;

    private final Bench bench;

    /** Bytes per subscriber: as they are, and after a collection of garbage. */
    private record Footprint(double resident, double collected, String fault) {}

    Idle(Bench bench) {
        this.bench = bench;
    }

    void run() throws IOException, InterruptedException {
        int count = bench.options().quick() ? 2_000 : 10_000;
        if (!bench.options().wants(count)) {
            return;
        }
        Table table = new Table("Idle: resident bytes per subscriber, " + count + " connected",
                List.of("protocol", "Weir / nchan", "after a collection: Weir / nchan", "Weir",
                        "Weir after a collection",
                        "nchan"));
        for (Load.Protocol protocol : Load.Protocol.values()) {
            Footprint weir = weir(new Load.Events(protocol, count, SIZE));
            double nchan = bench.options().nchan() ? nchan(new Load.Events(protocol, count, SIZE)) : 0;
            table.row(List.of(protocol.toString(), Table.ratio(weir.resident(), nchan),
                    Table.ratio(weir.collected(), nchan), bytes(weir.resident()), bytes(weir.collected()),
                    bytes(nchan)));
            table.note(weir.fault());
        }
        table.note("Of a fresh server each: the difference to what it took before, with its code loaded by " + FEW
                + " subscribers that have left. Kernel buffers are not in it.");
        table.print();
    }

    private static String bytes(double bytes) {
        return bytes == 0 ? "-" : Long.toString(Math.round(bytes));
    }

    private Footprint weir(Load.Events events) throws IOException, InterruptedException {
        List<Double> resident = new ArrayList<>();
        List<Double> collected = new ArrayList<>();
        String fault = "";
        for (int round = 1; round <= bench.options().rounds(); round++) {
            try (ServerProcess server = Contender.WEIR.start(bench.site(), events.protocol())) {
                warm(server, events);
                collect(server);
                Outcome outcome = held(server, events, "Weir");
                resident.add(outcome.memory().bytesPerSubscriber(events.subscribers()));
                fault = outcome.exact() ? fault : "**" + outcome.end() + "**";
            }
            collected.add(collected(events));
        }
        return new Footprint(median(resident), median(collected), fault);
    }

    /** What remains of it when the garbage of connecting is gone: looked at while they are connected, by a client of its own. */
    private double collected(Load.Events events) throws IOException, InterruptedException {
        try (ServerProcess server = Contender.WEIR.start(bench.site(), events.protocol());
                Child holder = bench.holder()) {
            warm(server, events);
            collect(server);
            long before = ProcessUse.residentKib(server.pids());
            holder.say(LoadMain.JSON.writeValueAsString(holding(server, events, 60)));
            awaitConnected(server, events.subscribers());
            collect(server);
            return (ProcessUse.residentKib(server.pids()) - before) * 1024.0 / events.subscribers();
        }
    }

    private double nchan(Load.Events events) throws IOException, InterruptedException {
        List<Double> resident = new ArrayList<>();
        for (int round = 1; round <= bench.options().rounds(); round++) {
            try (ServerProcess server = Contender.NCHAN.start(bench.site(), events.protocol())) {
                warm(server, events);
                resident.add(held(server, events, "nchan").memory().bytesPerSubscriber(events.subscribers()));
            }
        }
        return median(resident);
    }

    private void warm(ServerProcess server, Load.Events events) throws IOException, InterruptedException {
        held(server, new Load.Events(events.protocol(), FEW, SIZE), "warming up");
    }

    private Outcome held(ServerProcess server, Load.Events events, String who)
            throws IOException, InterruptedException {
        return bench.measure(who + ", idle, " + events, holding(server, events, HELD));
    }

    private static Load holding(ServerProcess server, Load.Events events, double seconds)
            throws IOException, InterruptedException {
        Load.Target where = server.target(events.protocol());
        return new Load(new Load.Target(where.port(), where.path(), where.header(), Load.Way.NONE, 0, ""), events,
                new Load.Pace(0, 0, 0, 0), Bench.times(0, seconds), Load.Pause.NONE, server.pids());
    }

    /** A descriptor each: what the server has open says when all have come. */
    private static void awaitConnected(ServerProcess server, int count) throws IOException {
        Path open = Path.of("/proc", server.pids().getFirst().toString(), "fd");
        for (int i = 0; i < 600 && open.toFile().list().length < count; i++) {
            LockSupport.parkNanos(100_000_000);
        }
        LockSupport.parkNanos(1_000_000_000);
    }

    /** Tells the server's JVM to collect its garbage. */
    private static void collect(ServerProcess server) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                server.pids().getFirst().toString(), "GC.run").redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (!jcmd.waitFor(30, TimeUnit.SECONDS) || jcmd.exitValue() != 0) {
            jcmd.destroyForcibly();
            throw new IOException("jcmd could not have the garbage collected");
        }
    }

    private static double median(List<Double> of) {
        return of.stream().sorted().skip(of.size() / 2).findFirst().orElse(0.0);
    }
}

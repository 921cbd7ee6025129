package dev.weir.bench.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Measures one point with everybody, in turns, so that all meet the same machine: each server lives from the first turn to the last. */
final class Turns {
    private static final double COMPILING = 3;

    private final Bench bench;

    Turns(Bench bench) {
        this.bench = bench;
    }

    /**
     * The medians of all rounds.
     *
     * @param times each server's first turn publishes some seconds longer before it counts, if it compiles itself meanwhile
     */
    Map<Contender, Sample> take(List<Contender> contenders, Load.Events events, Load.Pace pace, Load.Times times)
            throws IOException, InterruptedException {
        Map<Contender, ServerProcess> servers = new EnumMap<>(Contender.class);
        Map<Contender, List<Sample>> samples = new EnumMap<>(Contender.class);
        try {
            for (int round = 1; round <= bench.options().rounds(); round++) {
                for (Contender contender : contenders) {
                    samples.computeIfAbsent(contender, _ -> new ArrayList<>())
                            .add(turn(contender, servers, events, pace, times));
                }
            }
        } finally {
            servers.values().forEach(ServerProcess::close);
        }
        Map<Contender, Sample> medians = new EnumMap<>(Contender.class);
        samples.forEach((contender, all) -> medians.put(contender, Sample.median(all)));
        return medians;
    }

    private Sample turn(Contender contender, Map<Contender, ServerProcess> servers, Load.Events events, Load.Pace pace,
            Load.Times times) throws IOException, InterruptedException {
        if (contender.foreign()) {
            return Fanload.measure(bench.site(), bench.options().fanload().orElseThrow(),
                    contender == Contender.C_BATCH, events, pace, times);
        }
        String label = contender.title() + ", " + events + ", " + pace;
        if (!servers.containsKey(contender)) {
            servers.put(contender, contender.start(bench.site(), events.protocol()));
            if (contender.compiles()) {
                Load.Pace busy = Load.Pace.saturated(pace.window() > 0 ? pace.window() : 32);
                bench.measure(label + ", warming up", load(servers.get(contender), events, busy,
                        Bench.times(COMPILING, 0.1)));
            }
        }
        return Sample.of(bench.measure(label, load(servers.get(contender), events, pace, times)));
    }

    static Load load(ServerProcess server, Load.Events events, Load.Pace pace, Load.Times times)
            throws IOException, InterruptedException {
        return new Load(server.target(events.protocol()), events, pace, times, Load.Pause.NONE, server.pids());
    }
}

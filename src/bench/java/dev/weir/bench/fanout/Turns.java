package dev.weir.bench.fanout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Measures one point with everybody, in turns, so that all meet the same machine. */
final class Turns {
    private final Bench bench;
    private final Servers servers;

    Turns(Bench bench, Servers servers) {
        this.bench = bench;
        this.servers = servers;
    }

    /** The medians of all rounds. */
    Map<Contender, Sample> take(List<Contender> contenders, Load.Events events, Load.Pace pace, Load.Times times)
            throws IOException, InterruptedException {
        Map<Contender, List<Sample>> samples = new EnumMap<>(Contender.class);
        for (int round = 1; round <= bench.options().rounds(); round++) {
            for (Contender contender : contenders) {
                samples.computeIfAbsent(contender, _ -> new ArrayList<>()).add(turn(contender, events, pace, times));
            }
        }
        Map<Contender, Sample> medians = new EnumMap<>(Contender.class);
        samples.forEach((contender, all) -> medians.put(contender, Sample.median(all)));
        return medians;
    }

    private Sample turn(Contender contender, Load.Events events, Load.Pace pace, Load.Times times)
            throws IOException, InterruptedException {
        if (contender.foreign()) {
            return Fanload.measure(bench.site(), bench.options().fanload().orElseThrow(),
                    contender == Contender.C_BATCH, events, pace, times);
        }
        return Sample.of(bench.measure(contender.title() + ", " + events + ", " + pace,
                load(servers.of(contender, events.protocol()), events, pace, times)));
    }

    static Load load(ServerProcess server, Load.Events events, Load.Pace pace, Load.Times times)
            throws IOException, InterruptedException {
        return new Load(server.target(events.protocol()), events, pace, times, Load.Pause.NONE, server.pids());
    }
}

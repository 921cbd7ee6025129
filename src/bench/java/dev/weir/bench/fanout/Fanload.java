package dev.weir.bench.fanout;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A program with fanload's command line: its own client at its own raw server, which the ones here are checked against. */
final class Fanload {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Fanload() {}

    static Sample measure(Site site, String program, boolean batch, Load.Events events, Load.Pace pace,
            Load.Times times) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program, "raw", "--proto",
                events.protocol() == Load.Protocol.SSE ? "sse" : "ws", "--subs", Integer.toString(events.subscribers()),
                "--size", Integer.toString(events.size()), "--rate", Double.toString(pace.rate()), "--window",
                Integer.toString(pace.window()), "--pipeline", Integer.toString(pace.pipeline()), "--warmup",
                Double.toString(times.warm()), "--time", Double.toString(times.measured())));
        if (batch) {
            command.add("--raw-batch");
        }
        if (site.pinned()) {
            command.addAll(List.of("--cpu", Integer.toString(Site.CLIENT_CORE), "--server-cpu",
                    Integer.toString(Site.SERVER_CORE)));
        }
        try (Child child = Child.start(command, Map.of(), site.scratch().resolve("stderr.log"))) {
            return Sample.of(LoadMain.JSON.readTree(child.line(PATIENCE)));
        }
    }
}

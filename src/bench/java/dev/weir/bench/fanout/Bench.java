package dev.weir.bench.fanout;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What all parts share: the site, what was asked for, and the one client that measures everything. */
final class Bench implements AutoCloseable {
    private static final double DRAIN = 30;
    private static final double STALL = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Site site;
    private final Options options;
    private final Child client;

    Bench(Site site, Options options) throws IOException {
        this.site = site;
        this.options = options;
        client = holder();
    }

    /** Another client, for subscribers that stay while something else is looked at; ending it ends them. */
    Child holder() throws IOException {
        return site.start(Integer.toString(Site.CLIENT_CORE),
                site.java(List.of("-XX:+UseSerialGC", "-Xms256m"), LoadMain.class, List.of()));
    }

    Site site() {
        return site;
    }

    Options options() {
        return options;
    }

    /** Takes a measurement and says on standard error what came of it. */
    Outcome measure(String label, Load load) throws IOException {
        client.say(LoadMain.JSON.writeValueAsString(load));
        Outcome outcome = LoadMain.JSON.readValue(client.line(PATIENCE), Outcome.class);
        System.err.println(LoadMain.JSON.writeValueAsString(new Outcome(label, outcome.end(), outcome.seconds(),
                outcome.published(), outcome.steady(), outcome.slow(), outcome.cost(), outcome.memory(),
                outcome.connections())));
        return outcome;
    }

    /** Seconds of publishing before it counts, and of that which counts. */
    static Load.Times times(double warm, double measured) {
        return new Load.Times(warm, measured, DRAIN, STALL);
    }

    @Override
    public void close() {
        client.close();
    }
}

package dev.weir.bench.fanout;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The servers of a part of the benchmark, each started when it is first measured and kept to the end: a gateway serves for weeks, and what
 * its first seconds on one core show is how fast it compiles itself.
 */
final class Servers implements AutoCloseable {
    private static final Load.Pace BUSY = Load.Pace.saturated(64);
    private static final int SUBSCRIBERS = 1_000;
    private static final int SIZE = 200;

    private final Bench bench;
    private final Map<Key, ServerProcess> running = new HashMap<>();

    private record Key(Contender contender, Load.Protocol protocol) {}

    Servers(Bench bench) {
        this.bench = bench;
    }

    /** The contender's server, warm. */
    ServerProcess of(Contender contender, Load.Protocol protocol) throws IOException, InterruptedException {
        Key key = new Key(contender, protocol);
        if (!running.containsKey(key)) {
            ServerProcess server = contender.start(bench.site(), protocol);
            running.put(key, server);
            if (contender.compilesFor() > 0) {
                bench.measure(contender.title() + ", warming up",
                        Turns.load(server, new Load.Events(protocol, SUBSCRIBERS, SIZE), BUSY,
                                Bench.times(contender.compilesFor(), 0.1)));
            }
        }
        return running.get(key);
    }

    @Override
    public void close() {
        running.values().forEach(ServerProcess::close);
    }
}

package dev.weir.bench.fanout;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** {@link RawServer} in a process of its own. */
final class RawProcess implements ServerProcess {
    private final Child child;
    private final int port;

    RawProcess(Site site, String cores, Load.Protocol protocol, boolean batch, int loops) throws IOException {
        child = site.start(cores,
                site.java(List.of("-XX:+UseSerialGC"), RawServer.class,
                        List.of(protocol == Load.Protocol.SSE ? "sse" : "websocket", batch ? "batch" : "single",
                                Integer.toString(loops))));
        port = Integer.parseInt(child.line(Duration.ofSeconds(30)));
    }

    @Override
    public Load.Target target(Load.Protocol protocol) {
        return new Load.Target(port, "/", "", Load.Way.LINES, port, "/");
    }

    @Override
    public List<Long> pids() {
        return child.pids();
    }

    @Override
    public void close() {
        child.close();
    }
}

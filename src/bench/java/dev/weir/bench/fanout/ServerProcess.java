package dev.weir.bench.fanout;

import java.io.IOException;
import java.util.List;

/** A server under measurement, as processes of its own. */
sealed interface ServerProcess extends AutoCloseable permits WeirServer, RawProcess, NchanServer, SkillGateway {
    /** Where the next measurement subscribes and publishes: a stream in which nothing has been published, or that does not send it. */
    Load.Target target(Load.Protocol protocol) throws IOException, InterruptedException;

    /** Whose CPU time and memory count. */
    List<Long> pids();

    @Override
    void close();
}

package dev.weir.feature.run;

import dev.weir.wire.env.StrippedName;
import dev.weir.wire.runner.GatewayFrame.Start;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What an execution needs beyond the run's record.
 *
 * @param session the AgentCore runtime session id: a function of run and attempt, so that any gateway finds the same microVM
 * @param strippedEnv what the handler does not get, and why
 * @param url makes a fresh signed URL of the package
 * @param keep told, after each renewal, until when the queue's message is to stay hidden and the share of the quota kept, too
 */
record RunJob(String session, Start start, List<StrippedName> strippedEnv, Supplier<String> url,
        Consumer<Instant> keep) {
    /** A fresh signed URL of the package. */
    String packageUrl() {
        return url.get();
    }
}

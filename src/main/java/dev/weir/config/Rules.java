package dev.weir.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** What must hold between settings, each of which is right by itself. */
final class Rules {
    /** @param key the setting to blame */
    private record Rule(String key, Predicate<WeirConfig> holds, String message) {}

    private static final List<Rule> ALL = List.of(
            new Rule("admin.port", config -> config.admin().port() == 0
                    || config.admin().port() != config.server().port(), "must not be server.port"),
            new Rule("server.max-connections-per-address",
                    config -> config.server().maxConnectionsPerAddress() <= config.server().maxConnections(),
                    "must not be more than server.max-connections"),
            new Rule("streams.heartbeat", config -> config.streams().heartbeat()
                    .compareTo(config.server().idle()) < 0, "must be shorter than server.idle"),
            new Rule("streams.ping", config -> config.streams().ping()
                    .compareTo(config.server().idle()) < 0, "must be shorter than server.idle"),
            new Rule("runs.poll", config -> config.runs().poll()
                    .compareTo(config.runs().lease()) < 0, "must be shorter than runs.lease"),
            new Rule("runs.quota.lease", config -> config.runs().quota().lease()
                    .compareTo(config.runs().lease()) > 0, "must be longer than runs.lease"),
            new Rule("agentcore.dead-after", config -> config.agentcore().deadAfter()
                    .compareTo(config.agentcore().ping()) > 0, "must be longer than agentcore.ping"),
            new Rule("agentcore.interpreter.default-environment",
                    config -> config.agentcore().interpreter().environments()
                            .containsKey(config.agentcore().interpreter().defaultEnvironment()),
                    "must be a name in agentcore.interpreter.environments"));

    private Rules() {}

    /** What {@code config} breaks; {@code source} knows where a key got its value. */
    static List<ConfigProblem> broken(WeirConfig config, Function<String, String> source) {
        List<ConfigProblem> problems = new ArrayList<>();
        for (Rule rule : ALL) {
            if (!rule.holds().test(config)) {
                problems.add(new ConfigProblem(rule.key(), source.apply(rule.key()), rule.message()));
            }
        }
        return problems;
    }
}

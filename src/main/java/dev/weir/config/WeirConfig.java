package dev.weir.config;

import java.util.Map;

/**
 * Everything that can be set; each part is documented, with its default, in {@code conf/weir.yaml}.
 *
 * @param data the directory of embedded mode
 * @param agents by the names that clients know them by
 */
public record WeirConfig(
        String data,
        ServerConfig server,
        AdminConfig admin,
        StreamsConfig streams,
        RunsConfig runs,
        SkillsConfig skills,
        AgentCoreConfig agentcore,
        Map<String, AgentConfig> agents,
        EmulatorConfig emulator,
        LogConfig log) {
    public static final WeirConfig DEFAULT = new WeirConfig("data", ServerConfig.DEFAULT, AdminConfig.DEFAULT,
            StreamsConfig.DEFAULT,
            RunsConfig.DEFAULT, SkillsConfig.DEFAULT, AgentCoreConfig.DEFAULT, Map.of(), EmulatorConfig.DEFAULT,
            LogConfig.DEFAULT);

    public WeirConfig {
        agents = Map.copyOf(agents);
    }
}

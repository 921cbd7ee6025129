package dev.weir.config;

/**
 * Everything that can be set; each part is documented, with its default, in {@code conf/weir.yaml}.
 *
 * @param data the directory of embedded mode
 */
public record WeirConfig(
        String data,
        ServerConfig server,
        AdminConfig admin,
        StreamsConfig streams,
        RunsConfig runs,
        SkillsConfig skills,
        AgentCoreConfig agentcore,
        EmulatorConfig emulator,
        LogConfig log) {
    public static final WeirConfig DEFAULT = new WeirConfig("data", ServerConfig.DEFAULT, AdminConfig.DEFAULT,
            StreamsConfig.DEFAULT,
            RunsConfig.DEFAULT, SkillsConfig.DEFAULT, AgentCoreConfig.DEFAULT, EmulatorConfig.DEFAULT,
            LogConfig.DEFAULT);
}

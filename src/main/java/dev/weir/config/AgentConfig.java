package dev.weir.config;

/**
 * An agent that clients reach through this gateway.
 *
 * @param runtimeArn the AgentCore runtime it lives in; empty = the emulator's {@code shell} of embedded mode
 * @param qualifier the runtime's endpoint name
 * @param shellCommand what is run in the microVM, for a POSIX shell
 * @param cancelStrategy {@code stop}: an agent that does not heed a cancel loses its microVM; {@code noop}: it is let be
 * @param cwd working directory of sessions in the microVM, in place of the client's; empty = the client's
 * @param clientServices whether the agent may use the client's files and terminals
 * @param permissions who answers when the agent asks for permission: {@code ask} the client, or {@code auto} or {@code deny} here
 * @param origins web pages that may connect besides this gateway's own, such as {@code https://portal.example.com}, separated by spaces
 * @param tenants those whose callers may use it, separated by spaces; {@code *} = all
 */
public record AgentConfig(
        String runtimeArn,
        String qualifier,
        String shellCommand,
        String cancelStrategy,
        String cwd,
        boolean clientServices,
        String permissions,
        String origins,
        String tenants) {
    /** Kiro's agent, as OpenAB starts it; nothing is answered in the user's place. */
    public static final AgentConfig DEFAULT = new AgentConfig("", "DEFAULT", "kiro-cli acp --trust-all-tools", "stop",
            "", true, "ask", "", "local");
}

package dev.weir.platform.agentcore;

import dev.weir.config.AgentCoreConfig;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Where AgentCore is, and how a runtime is named in its paths. */
final class UpgradeTarget {
    private UpgradeTarget() {}

    /** The configured endpoint, or AWS's own of the region, without a trailing slash. */
    static URI endpoint(AgentCoreConfig config) {
        String base = config.endpoint().isEmpty()
                ? "https://bedrock-agentcore." + config.region() + ".amazonaws.com"
                : config.endpoint();
        return URI.create(base.endsWith("/") ? base.substring(0, base.length() - 1) : base);
    }

    /** The agent WebSocket in its http or https form: the ARN is one path segment, encoded once. */
    static URI agent(AgentCoreConfig config) {
        return URI.create(endpoint(config) + "/runtimes/" + encoded(config.runtimeArn()) + "/ws?qualifier="
                + encoded(config.qualifier()));
    }

    /** A command shell, in the same form; the session id is not in it. */
    static URI shell(AgentCoreConfig config, String shellId) {
        return URI.create(endpoint(config) + "/runtimes/" + encoded(config.runtimeArn()) + "/ws/shells?qualifier="
                + encoded(config.qualifier()) + "&shellId=" + encoded(shellId));
    }

    /** Where single commands are run. */
    static URI commands(AgentCoreConfig config) {
        return of(config, "/commands");
    }

    /** Where a session is ended. */
    static URI stop(AgentCoreConfig config) {
        return of(config, "/stopruntimesession");
    }

    private static URI of(AgentCoreConfig config, String tail) {
        return URI.create(endpoint(config) + "/runtimes/" + encoded(config.runtimeArn()) + tail + "?qualifier="
                + encoded(config.qualifier()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A")
                .replace("%7E", "~");
    }
}

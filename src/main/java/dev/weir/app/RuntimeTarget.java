package dev.weir.app;

import dev.weir.config.AgentCoreConfig;
import dev.weir.config.RuntimeArn;
import dev.weir.platform.agentcore.ShellAuth;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An agent runtime, and as whom to call it.
 *
 * @param endpoint base URL of AgentCore; empty = AWS's own of the region
 * @param tokenFile holds a JWT, in place of AWS credentials; read for each connection
 */
public record RuntimeTarget(RuntimeArn arn, String region, String endpoint, String qualifier,
        Optional<Path> tokenFile) {
    AgentCoreConfig config() {
        AgentCoreConfig d = AgentCoreConfig.DEFAULT;
        return new AgentCoreConfig(endpoint, region, arn.text(), qualifier, d.connectTimeout(), d.ping(),
                d.deadAfter(), d.maxConnectionAge(), d.interpreter());
    }

    ShellAuth auth() {
        return tokenFile.<ShellAuth>map(file -> new ShellAuth.Bearer(new TokenFile(file)))
                .orElseGet(ShellAuth.Signed::new);
    }
}

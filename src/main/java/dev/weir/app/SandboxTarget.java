package dev.weir.app;

import dev.weir.config.AgentCoreConfig;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.platform.agentcore.AwsProfile;
import dev.weir.platform.agentcore.CommandInterpreter;
import java.util.List;
import java.util.Optional;

/**
 * A code interpreter, and as whom to call it.
 *
 * @param interpreter its identifier
 * @param region as the environment names it; else the profile's
 * @param endpoint base URL of AgentCore; empty = AWS's own of the region
 * @param profile in the AWS configuration files; else what the AWS tools would take
 * @param emulator whether the endpoint is this machine's: any region will do, where none is named
 */
public record SandboxTarget(String interpreter, Optional<String> region, String endpoint, Optional<String> profile,
        boolean emulator) {
    private static final String ANY_REGION = "us-east-1";

    /** Whether there is such a profile. Reads the AWS configuration files. */
    public static boolean hasProfile(String name) {
        return new AwsProfile(Optional.of(name)).exists();
    }

    /** Throws {@link Problem.Invalid} without a region and {@link Problem.Unauthenticated} without credentials. */
    CommandInterpreter open() {
        AwsProfile user = new AwsProfile(profile);
        String place = region.or(() -> emulator ? Optional.of(ANY_REGION) : user.region())
                .orElseThrow(() -> new ProblemException(new Problem.Invalid("there is no AWS region: set "
                        + "CUSTOM_AGENTCORE_AWS_REGION or AWS_REGION, or one in the profile", List.of())));
        AgentCoreConfig d = AgentCoreConfig.DEFAULT;
        return CommandInterpreter.open(new AgentCoreConfig(endpoint, place, "", d.qualifier(), d.connectTimeout(),
                d.ping(), d.deadAfter(), d.maxConnectionAge(), d.interpreter()), interpreter, user);
    }
}

package dev.weir.platform.agentcore;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.platform.http.JdkSdkHttpClient;
import java.util.concurrent.CompletionException;

/** A code interpreter for a command that lives for seconds: without event loops, and nothing is loaded that it does not need. */
public final class CommandInterpreter implements AutoCloseable {
    private final JdkSdkHttpClient http;
    private final AgentCoreInterpreter calls;

    private CommandInterpreter(AgentCoreConfig config, String interpreter, CredentialsCache credentials) {
        this.http = new JdkSdkHttpClient("https".equals(UpgradeTarget.endpoint(config).getScheme()));
        this.calls = new AgentCoreInterpreter(config, interpreter, credentials, http);
    }

    /**
     * Blocks for the credentials, 30 s at most; throws {@link Problem.Unauthenticated} when there are none, and {@link Problem.Invalid} when
     * the configuration files are broken.
     */
    public static CommandInterpreter open(AgentCoreConfig config, String interpreter, AwsProfile profile) {
        CredentialsCache credentials = profile.credentials();
        try {
            credentials.current().join();
        } catch (CompletionException absent) {
            throw new ProblemException(new Problem.Unauthenticated(absence(profile)), absent);
        }
        return new CommandInterpreter(config, interpreter, credentials);
    }

    private static String absence(AwsProfile profile) {
        String named = profile.name().map(name -> " " + Printable.of(name, 64)).orElse("");
        return profile.isFetched()
                ? "the AWS profile" + named + " has its credentials from a login or a role (sso_*, role_arn), which is "
                        + "not supported here: hand them over with eval \"$(aws configure export-credentials --format "
                        + "env)\" and name no profile, or use one with credential_process"
                : "there are no AWS credentials" + (named.isEmpty() ? "" : " in the profile" + named)
                        + ": set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or CUSTOM_AGENTCORE_AWS_PROFILE to a "
                        + "profile that has them";
    }

    /** Tells what it has to tell on any thread. */
    public Interpreter calls() {
        return calls;
    }

    @Override
    public void close() {
        var _ = calls.stop();
        http.close();
    }
}

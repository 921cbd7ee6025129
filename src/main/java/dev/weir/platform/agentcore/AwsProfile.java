package dev.weir.platform.agentcore;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;

/**
 * Who calls AWS, as its own tools find out. All but the constructor reads files, and throws {@link Problem.Invalid} when they are broken.
 *
 * @param name a profile that is asked for and wins over everything; else keys of the environment, {@code AWS_PROFILE} and the rest
 */
public record AwsProfile(Optional<String> name) {
    /** Whether the configuration files know it. */
    public boolean exists() {
        return read().isPresent();
    }

    /** What the configuration files say of the region. */
    public Optional<String> region() {
        return read().flatMap(profile -> profile.property("region")).filter(region -> !region.isBlank());
    }

    /** Whether its credentials come from a login or a role: the parts of the SDK that fetch those do not come with Weir. */
    boolean isFetched() {
        return read().filter(profile -> profile.properties().keySet().stream()
                .anyMatch(key -> key.startsWith("sso_") || key.equals("role_arn") || key.equals("login_session")))
                .isPresent();
    }

    /** What the SDK says of a file that it cannot read may quote it, and there are keys in it. */
    private Optional<Profile> read() {
        try {
            return ProfileFile.defaultProfileFile().profile(asked());
        } catch (RuntimeException broken) {
            throw new ProblemException(new Problem.Invalid("the AWS configuration files cannot be read: correct "
                    + "~/.aws/config and ~/.aws/credentials, or what AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE "
                    + "name", List.of()), broken);
        }
    }

    /** Its credentials. Keys in the environment are taken at once: the SDK's chain finds the same, and loads much to do so. */
    CredentialsCache credentials() {
        if (name.isPresent()) {
            return new CredentialsCache(ProfileCredentialsProvider.create(asked()), Clock.systemUTC());
        }
        String key = System.getenv("AWS_ACCESS_KEY_ID");
        String secret = System.getenv("AWS_SECRET_ACCESS_KEY");
        String token = System.getenv("AWS_SESSION_TOKEN");
        if (key == null || key.isBlank() || secret == null || secret.isBlank()) {
            return CredentialsCache.ofEnvironment();
        }
        return new CredentialsCache(StaticCredentialsProvider.create(token == null || token.isBlank()
                ? AwsBasicCredentials.create(key.strip(), secret.strip())
                : AwsSessionCredentials.create(key.strip(), secret.strip(), token.strip())), Clock.systemUTC());
    }

    private String asked() {
        return name.orElseGet(ProfileFileSystemSetting.AWS_PROFILE::getStringValueOrThrow);
    }
}

package dev.weir.platform.agentcore;

import java.time.Clock;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;

/**
 * Who calls AWS, as its own tools find out. All but the constructor reads files.
 *
 * @param name a profile that is asked for and wins over everything; else keys of the environment, {@code AWS_PROFILE} and the rest
 */
public record AwsProfile(Optional<String> name) {
    /** Whether the configuration files know it. */
    public boolean exists() {
        return ProfileFile.defaultProfileFile().profile(asked()).isPresent();
    }

    /** What the configuration files say of the region. */
    public Optional<String> region() {
        return ProfileFile.defaultProfileFile().profile(asked()).flatMap(profile -> profile.property("region"))
                .filter(region -> !region.isBlank());
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

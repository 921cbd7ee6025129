package dev.weir.platform.agentcore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.AgentCoreConfig;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwsProfileTest {
    private static final String CONFIG = "aws.configFile";
    private static final String KEYS = "aws.sharedCredentialsFile";

    @TempDir
    Path dir;

    @BeforeEach
    void files() throws IOException {
        System.setProperty(CONFIG, Files.createFile(dir.resolve("config")).toString());
        System.setProperty(KEYS, Files.createFile(dir.resolve("credentials")).toString());
    }

    @AfterEach
    void restore() {
        System.clearProperty(CONFIG);
        System.clearProperty(KEYS);
    }

    @Test
    void whatTheFilesSay() throws IOException {
        config("[profile mine]\nregion = eu-west-1\n");
        assertThat(profile().exists()).isTrue();
        assertThat(profile().region()).contains("eu-west-1");
        assertThat(new AwsProfile(Optional.of("other")).exists()).isFalse();
    }

    @Test
    void brokenFilesAreAProblemThatDoesNotQuoteThem() throws IOException {
        config("[profile mine\naws_secret_access_key hush\n");
        assertThatThrownBy(() -> profile().exists()).isInstanceOfSatisfying(ProblemException.class, failure -> {
            assertThat(failure.problem()).isInstanceOf(Problem.Invalid.class);
            assertThat(failure).hasMessageContaining("AWS configuration files").message().doesNotContain("hush");
        });
        assertThatThrownBy(() -> CommandInterpreter.open(AgentCoreConfig.DEFAULT, "ci", profile()))
                .isInstanceOf(ProblemException.class).hasMessageContaining("AWS configuration files");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sso_session = a\nsso_account_id = 1\nsso_role_name = r\n\n[sso-session a]\n"
            + "sso_region = us-east-1\nsso_start_url = https://example.com",
        "role_arn = arn:aws:iam::111122223333:role/r\nsource_profile = mine"})
    void aLoginOrARoleIsNotSupportedAndToldSo(String lines) throws IOException {
        config("[profile mine]\n" + lines + "\n");
        assertThatThrownBy(() -> CommandInterpreter.open(AgentCoreConfig.DEFAULT, "ci", profile()))
                .isInstanceOfSatisfying(ProblemException.class, failure -> assertThat(failure)
                        .hasMessageContaining("the AWS profile mine").hasMessageContaining("not supported")
                        .hasMessageContaining("aws configure export-credentials")
                        .hasMessageContaining("credential_process"));
    }

    @Test
    void aProfileWithoutKeysHasNone() throws IOException {
        config("[profile mine]\nregion = eu-west-1\n");
        assertThatThrownBy(() -> CommandInterpreter.open(AgentCoreConfig.DEFAULT, "ci", profile()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("there are no AWS credentials in the profile mine");
    }

    private void config(String text) throws IOException {
        Files.writeString(dir.resolve("config"), text);
    }

    private static AwsProfile profile() {
        return new AwsProfile(Optional.of("mine"));
    }
}

package dev.weir.feature.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fixture.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretNamesTest {
    private final SecretNames names = new SecretNames("aws", "eu-central-1", "123456789012", "prod");

    @ParameterizedTest
    @CsvSource({"hook-key,hook-key", "K,K",
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:agent-runner/prod/tenant/acme/secrets/hook-key-a1B2c3,hook-key",
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:agent-runner/prod/tenant/acme/secrets/a-b-c-d-e-f-abcdef,a-b-c-d-e-f"})
    void theTenantsOwn(String reference, String id) {
        assertThat(names.id(reference, Samples.TENANT)).contains(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "../hook-key", "hook key", "-x",
        "agent-runner/prod/tenant/acme/secrets/hook-key",
        "{arn}globex/secrets/hook-key-a1B2c3", "{arn}acmexx/secrets/hook-key-a1B2c3",
        "{arn}acme/../globex/secrets/hook-key-a1B2c3", "{arn}globex/tenant/acme/secrets/hook-key-a1B2c3",
        "{arn}globex/secrets/agent-runner/prod/tenant/acme/secrets/k-a1B2c3", "{arn}acme/secrets/x/hook-key-a1B2c3",
        "{arn}acme/secrets/hook-key", "{arn}acme/secrets/-a1B2c3", "{arn}acme/secrets/hook-key-a1B2c",
        "{arn}acme/secrets/hook%2fkey-a1B2c3", "{arn}acme/secrets/hook-key-a1B2c3:x", "{arn}acme/secrets/",
        "{arn}ACME/secrets/hook-key-a1B2c3", "{arn} acme/secrets/hook-key-a1B2c3",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:agent-runner/prod/tenant/acme/secrets/hook-key-a1B2c3",
        "arn:aws:secretsmanager:eu-central-1:999999999999:secret:agent-runner/prod/tenant/acme/secrets/hook-key-a1B2c3",
        "arn:aws-cn:secretsmanager:eu-central-1:123456789012:secret:agent-runner/prod/tenant/acme/secrets/hook-key-a1B2c3",
        "arn:aws:ssm:eu-central-1:123456789012:secret:agent-runner/prod/tenant/acme/secrets/hook-key-a1B2c3",
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:agent-runner/dev/tenant/acme/secrets/hook-key-a1B2c3",
        "ARN:aws:secretsmanager:eu-central-1:123456789012:secret:agent-runner/prod/tenant/acme/secrets/hook-key-a1B2c3"})
    void nobodyElses(String form) {
        String arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:agent-runner/prod/tenant/";
        assertThat(names.id(form.replace("{arn}", arn), Samples.TENANT)).isEmpty();
    }

    @Test
    void aHugeReferenceIsNotTakenApart() {
        assertThat(names.id("arn:".repeat(200), Samples.TENANT)).isEmpty();
    }
}

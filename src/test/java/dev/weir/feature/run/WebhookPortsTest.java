package dev.weir.feature.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.feature.secret.Secret;
import dev.weir.feature.secret.SecretStore;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.webhook.Endpoint;
import dev.weir.feature.webhook.SecretNames;
import dev.weir.fixture.Answers;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Redacted;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the sender of webhooks is told of secrets and stages. */
class WebhookPortsTest {
    private static final SecretNames NAMES = new SecretNames("aws", "us-east-1", "000000000000", "local");

    @Test
    void aSecretThatCannotBeDecryptedIsNone() {
        TenantSigningKeys keys = new TenantSigningKeys(NAMES, new Unreadable(new Problem.Unprocessable("no key")));
        assertThat(Answers.of(keys.value(Samples.TENANT, "hook-key"))).isEmpty();
    }

    @Test
    void aStoreThatIsAwayIsAFailure() {
        TenantSigningKeys keys = new TenantSigningKeys(NAMES, new Unreadable(new Problem.NotFound("store", "")));
        assertThatThrownBy(() -> Answers.of(keys.value(Samples.TENANT, "hook-key")))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    void aSubscriptionIsOfThisStageAndThisUrl() {
        MemorySkillCatalog catalog = new MemorySkillCatalog();
        StageSubscriptions subscriptions = new StageSubscriptions(catalog);
        Endpoint endpoint = Samples.automated().webhook().orElseThrow().endpoint(Samples.STAGE);
        assertThat(Answers.of(subscriptions.holds(endpoint))).as("no stage").isFalse();
        Instant now = Instant.EPOCH;
        Samples.stage(catalog, Samples.STAGE, now);
        assertThat(Answers.of(subscriptions.holds(endpoint))).as("no webhook").isFalse();
        Answers.of(catalog.put(new Stage(Samples.STAGE, Samples.automated(), Optional.empty(), now, now)));
        assertThat(Answers.of(subscriptions.holds(endpoint))).isTrue();
        assertThat(Answers.of(subscriptions.holds(new Endpoint(Samples.STAGE, endpoint.url() + "x", "hook-key"))))
                .isFalse();
    }

    private record Unreadable(Problem problem) implements SecretStore {
        @Override
        public Future<Optional<Redacted>> reveal(TenantId tenant, String id) {
            return Future.failedFuture(new ProblemException(problem));
        }

        @Override
        public Future<Optional<Secret>> create(Entry entry) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Secret> put(Entry entry) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Optional<Secret>> find(TenantId tenant, String id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<List<Secret>> list(TenantId tenant) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Void> used(TenantId tenant, Collection<String> ids, String run, Instant at) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Boolean> delete(TenantId tenant, String id) {
            throw new UnsupportedOperationException();
        }
    }
}

package dev.weir.platform.agentcore;

import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Redacted;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** What shows a service who asks: found anew for each call, and good for one. */
sealed interface Proof {
    /** Keys to sign with. */
    record Keys(AwsCredentialsIdentity identity) implements Proof {
        @Override
        public String toString() {
            return "Keys[]";
        }
    }

    /** A token to send along. */
    record Token(Redacted text) implements Proof {}

    /** Never blocks; may complete on a virtual thread. Fails with a {@link ProblemException}. */
    static CompletableFuture<Proof> find(ShellAuth auth, CredentialsCache credentials) {
        if (!(auth instanceof ShellAuth.Bearer bearer)) {
            return credentials.current().handle((identity, failure) -> {
                if (failure != null) {
                    throw SignedUpgrades.noCredentials();
                }
                return new Keys(identity);
            });
        }
        CompletableFuture<Proof> found = new CompletableFuture<>();
        Thread.ofVirtual().name("weir-token").start(() -> {
            try {
                found.complete(new Token(bearer.token().get()));
            } catch (RuntimeException failure) {
                found.completeExceptionally(failure);
            }
        });
        return found;
    }

    /** The headers of a POST: {@code extra} and the proof. */
    default Map<String, String> post(AgentSigner signer, URI target, Map<String, String> extra, byte[] body) {
        return switch (this) {
            case Keys(AwsCredentialsIdentity identity) -> signer.post(identity, target, extra, body);
            case Token(Redacted text) -> {
                Map<String, String> headers = new LinkedHashMap<>(extra);
                headers.put("Authorization", "Bearer " + text.reveal());
                yield headers;
            }
        };
    }
}

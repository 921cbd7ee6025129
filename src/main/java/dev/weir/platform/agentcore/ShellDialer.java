package dev.weir.platform.agentcore;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.kernel.Redacted;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import java.net.URI;
import java.util.Map;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Opens connections to shells. Tries once. */
final class ShellDialer {
    private static final String SESSION_HEADER = AgentDialer.SESSION_HEADER;
    private static final String SHELL_HEADER = "X-Amzn-Bedrock-AgentCore-Shell-Id";

    private final Vertx vertx;
    private final AgentCoreConfig config;
    private final AgentSigner signer;
    private final ShellAuth auth;
    private final SignedUpgrades upgrades;

    /** @param credentials not asked when {@code auth} is a token */
    ShellDialer(Vertx vertx, AgentCoreConfig config, CredentialsCache credentials, AgentSigner signer, ShellAuth auth) {
        this.vertx = vertx;
        this.config = config;
        this.signer = signer;
        this.auth = auth;
        this.upgrades = new SignedUpgrades(vertx, config, auth, credentials,
                new WebSocketClientOptions());
    }

    Future<ShellSocket> open(ShellAddress address) {
        return upgrades.open(proof -> upgrade(address, proof), wire -> accept(wire, address),
                ShellSocket::detach, ShellRefusal::of);
    }

    Future<Void> close() {
        return upgrades.close();
    }

    private SignedUpgrades.Upgrade upgrade(ShellAddress address, Proof proof) {
        URI target = UpgradeTarget.shell(config, address.shell());
        MultiMap headers = HttpHeaders.headers();
        switch (proof) {
            case Proof.Keys(AwsCredentialsIdentity identity) when auth instanceof ShellAuth.Presigned presigned ->
                target = signer.presign(identity, URI.create(target + "&" + SESSION_HEADER + "=" + address.session()),
                        presigned.expiry());
            case Proof.Keys(AwsCredentialsIdentity identity) ->
                signer.headers(identity, target, Map.of(SESSION_HEADER, address.session())).forEach(headers::add);
            case Proof.Token(Redacted text) -> headers.add(HttpHeaders.AUTHORIZATION, "Bearer " + text.reveal())
                    .add(SESSION_HEADER, address.session());
        }
        return new SignedUpgrades.Upgrade(target, headers);
    }

    private ShellSocket accept(WebSocket wire, ShellAddress asked) {
        return new ShellSocket(vertx, wire, upgrades.live(wire, WebSocket::binaryMessageHandler),
                adopted(wire.headers(), asked));
    }

    /** The ids of the answer where it has any that can be ids. */
    private static ShellAddress adopted(MultiMap answer, ShellAddress asked) {
        try {
            return new ShellAddress(or(answer, SESSION_HEADER, asked.session()),
                    or(answer, SHELL_HEADER, asked.shell()));
        } catch (IllegalArgumentException nonsense) {
            return asked;
        }
    }

    private static String or(MultiMap answer, String name, String otherwise) {
        String value = answer == null ? null : answer.get(name);
        return value == null ? otherwise : value;
    }
}

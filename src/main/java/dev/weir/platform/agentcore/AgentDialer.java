package dev.weir.platform.agentcore;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.agent.AgentSocket;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import java.net.URI;
import java.util.Map;
import java.util.regex.Pattern;

/** Opens signed agent WebSockets. Tries once: when to try again is the feature's rule. */
final class AgentDialer {
    static final String SESSION_HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id";

    private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{32,99}");

    private final SignedUpgrades upgrades;
    private final AgentSigner signer;
    private final URI target;

    AgentDialer(Vertx vertx, AgentCoreConfig config, CredentialsCache credentials, AgentSigner signer,
            WebSocketClientOptions tls) {
        this.signer = signer;
        this.target = UpgradeTarget.agent(config);
        this.upgrades = new SignedUpgrades(vertx, config, new ShellAuth.Signed(), credentials, tls);
    }

    Future<AgentSocket> open(String session) {
        if (!SESSION.matcher(session).matches()) {
            return Future.failedFuture(new IllegalArgumentException("not a runtime session id"));
        }
        return upgrades.open(proof -> upgrade(session, proof),
                wire -> new AgentCoreSocket(wire, upgrades.live(wire, WebSocket::textMessageHandler)),
                AgentSocket::close, Refusal::of);
    }

    Future<Void> close() {
        return upgrades.close();
    }

    private SignedUpgrades.Upgrade upgrade(String session, Proof proof) {
        MultiMap headers = HttpHeaders.headers();
        signer.headers(((Proof.Keys) proof).identity(), target, Map.of(SESSION_HEADER, session)).forEach(headers::add);
        return new SignedUpgrades.Upgrade(target, headers);
    }
}

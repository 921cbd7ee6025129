package dev.weir.platform.agentcore;

import dev.weir.config.AgentCoreConfig;
import dev.weir.config.InterpreterConfig;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.NetSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

/** A server in AgentCore's place, and what the client needs to speak to it. */
final class AgentStub {
    static final String ARN = "arn:aws:bedrock-agentcore:us-west-2:123456789012:runtime/demo-AbCdEf0123";
    static final String ENCODED = "arn%3Aaws%3Abedrock-agentcore%3Aus-west-2%3A123456789012%3Aruntime%2Fdemo-AbCdEf0123";
    static final String SESSION = "0123456789abcdef0123456789abcdef01";

    private AgentStub() {}

    static AgentCoreConfig config(int port, Duration connect, Duration ping, Duration deadAfter) {
        return new AgentCoreConfig("http://127.0.0.1:" + port, "us-west-2", ARN, "DEFAULT", connect, ping, deadAfter,
                Duration.ofMinutes(55), InterpreterConfig.DEFAULT);
    }

    /** Patient in everything: for tests in which nothing is late. */
    static AgentCoreConfig config(int port) {
        return config(port, Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(40));
    }

    static CredentialsCache credentials() {
        return new CredentialsCache(() -> AwsBasicCredentials.create("AKIDEXAMPLE", "secret"), Clock.systemUTC());
    }

    static AgentDialer dialer(Vertx vertx, AgentCoreConfig config, CredentialsCache credentials) {
        return new AgentDialer(vertx, config, credentials, new AgentSigner(config.region(), Clock.systemUTC()),
                new WebSocketClientOptions());
    }

    static int http(Vertx vertx, Handler<HttpServerRequest> handler) throws Exception {
        return done(vertx.createHttpServer().requestHandler(handler).listen(0, "127.0.0.1")).actualPort();
    }

    static int raw(Vertx vertx, Handler<NetSocket> handler) throws Exception {
        return done(vertx.createNetServer().connectHandler(handler).listen(0, "127.0.0.1")).actualPort();
    }

    static <T> T done(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}

package dev.weir.platform.agentcore;

import dev.weir.config.AgentCoreConfig;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** StopRuntimeSession of a runtime that takes tokens, which the SDK cannot call. Tried once. */
final class TokenStop {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int NOT_FOUND = 404;

    private final Vertx vertx;
    private final AgentCoreConfig config;
    private final ShellAuth.Bearer bearer;
    private final HttpClient http;

    TokenStop(Vertx vertx, AgentCoreConfig config, ShellAuth.Bearer bearer) {
        this.vertx = vertx;
        this.config = config;
        this.bearer = bearer;
        this.http = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false).setMaxRedirects(0));
    }

    /** Completes also when there is no such session. */
    Future<Void> stop(String session) {
        Promise<Void> outcome = ((VertxInternal) vertx).promise();
        URI target = UpgradeTarget.stop(config);
        var _ = Proof.find(bearer, null).whenComplete((proof, failure) -> {
            if (failure != null) {
                outcome.tryFail(Refusal.of(failure));
            } else {
                call(target, session, ((Proof.Token) proof).text().reveal()).timeout(TIMEOUT.toSeconds(),
                        TimeUnit.SECONDS).recover(refused -> Future.failedFuture(Refusal.of(refused)))
                        .onComplete(outcome);
            }
        });
        return outcome.future();
    }

    private Future<Void> call(URI target, String session, String token) {
        boolean tls = "https".equals(target.getScheme());
        Buffer body = new JsonObject().put("clientToken", UUID.randomUUID().toString()).toBuffer();
        return http.request(new RequestOptions().setMethod(HttpMethod.POST).setHost(target.getHost()).setSsl(tls)
                .setPort(target.getPort() >= 0 ? target.getPort() : tls ? 443 : 80)
                .setURI(target.getRawPath() + "?" + target.getRawQuery()).setFollowRedirects(false)
                .putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(AgentDialer.SESSION_HEADER, session))
                .compose(request -> request.send(body))
                .compose(answer -> {
                    int status = answer.statusCode();
                    String type = answer.getHeader("x-amzn-ErrorType");
                    answer.request().connection().close(); // the words do not matter
                    return status / 100 == 2 || status == NOT_FOUND
                            ? Future.succeededFuture()
                            : Future.failedFuture(new ProblemException(
                                    ShellRefusal.problem(status, type, null, "StopRuntimeSession")));
                });
    }

    void close() {
        http.close();
    }
}

package dev.weir.platform.agentcore;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.agent.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.bedrockagentcore.BedrockAgentCoreAsyncClient;
import software.amazon.awssdk.services.bedrockagentcore.BedrockAgentCoreAsyncClientBuilder;
import software.amazon.awssdk.services.bedrockagentcore.model.StopRuntimeSessionRequest;

/**
 * StopRuntimeSession through the SDK's client. The SDK's own retries are off (they would repeat time-outs as well); a conflict or a
 * throttle is repeated here, with one client token so that all attempts are one request.
 */
final class SessionEnd {
    private static final int ATTEMPTS = 4;
    private static final int NOT_FOUND = 404;

    private final Vertx vertx;
    private final AgentCoreConfig config;
    private final CredentialsCache credentials;
    private final Backoff backoff;
    private final BedrockAgentCoreAsyncClient client;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("weir-sdk-timer").factory());

    /** @param callTimeout for each attempt, the whole of it */
    SessionEnd(Vertx vertx, AgentCoreConfig config, CredentialsCache credentials, SdkAsyncHttpClient http,
            Backoff backoff, Duration callTimeout) {
        this.vertx = vertx;
        this.config = config;
        this.credentials = credentials;
        this.backoff = backoff;
        BedrockAgentCoreAsyncClientBuilder builder = BedrockAgentCoreAsyncClient.builder()
                .region(Region.of(config.region()))
                .credentialsProvider(credentials)
                .httpClient(http)
                // Inline: the SDK's default pool grows to dozens of threads; what runs here never blocks.
                .asyncConfiguration(options -> options
                        .advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
                .overrideConfiguration(options -> options
                        .retryStrategy(DefaultRetryStrategy.doNotRetry())
                        .apiCallTimeout(callTimeout)
                        .scheduledExecutorService(timer));
        if (!config.endpoint().isEmpty()) {
            builder.endpointOverride(UpgradeTarget.endpoint(config));
        }
        this.client = builder.build();
    }

    Future<Void> stop(String session) {
        StopRuntimeSessionRequest request = StopRuntimeSessionRequest.builder()
                .agentRuntimeArn(config.runtimeArn())
                .qualifier(config.qualifier())
                .runtimeSessionId(session)
                .clientToken(UUID.randomUUID().toString())
                .build();
        return attempt(request, 1);
    }

    void close() {
        client.close();
        timer.shutdown();
    }

    private Future<Void> attempt(StopRuntimeSessionRequest request, int number) {
        return call(request).recover(failure -> {
            if (failure instanceof AwsServiceException refused && refused.statusCode() == NOT_FOUND) {
                return Future.succeededFuture();
            }
            if (number < ATTEMPTS && Refusal.isPassing(failure)) {
                return vertx.timer(backoff.pause(number).toMillis(), TimeUnit.MILLISECONDS)
                        .compose(v -> attempt(request, number + 1));
            }
            return Future.failedFuture(Refusal.of(failure));
        });
    }

    /** On a virtual thread: the SDK marshals and signs on its caller's, and the first call loads hundreds of classes. */
    private Future<Void> call(StopRuntimeSessionRequest request) {
        Promise<Void> outcome = ((VertxInternal) vertx).promise();
        var _ = credentials.current().handle((identity, failure) -> {
            if (failure != null) {
                outcome.tryFail(SignedUpgrades.noCredentials());
            } else {
                Thread.ofVirtual().name("weir-sdk-call").start(() -> send(request, outcome));
            }
            return null;
        });
        return outcome.future();
    }

    private void send(StopRuntimeSessionRequest request, Promise<Void> outcome) {
        var _ = client.stopRuntimeSession(request)
                .handle((response, failure) -> failure == null
                        ? outcome.tryComplete()
                        : outcome.tryFail(failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure));
    }
}

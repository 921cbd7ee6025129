package dev.weir.platform.agentcore;

import dev.weir.config.AgentCoreConfig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.bedrockagentcore.BedrockAgentCoreAsyncClient;
import software.amazon.awssdk.services.bedrockagentcore.BedrockAgentCoreAsyncClientBuilder;

/** The SDK's client for the interpreter's calls: made at the first of them, without retries of its own. */
final class InterpreterClient {
    private final AgentCoreConfig config;
    private final CredentialsCache credentials;
    private final SdkAsyncHttpClient http;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1,
            Thread.ofPlatform().daemon().name("weir-interpreter-timer").factory());

    private BedrockAgentCoreAsyncClient client;
    private boolean closed;

    InterpreterClient(AgentCoreConfig config, CredentialsCache credentials, SdkAsyncHttpClient http) {
        this.config = config;
        this.credentials = credentials;
        this.http = http;
        timer.setRemoveOnCancelPolicy(true); // time limits are long, and most are never reached
    }

    /**
     * Calls once there are credentials, on a virtual thread: the SDK marshals and signs on its caller's, and the first call loads hundreds
     * of classes. {@code done} is told what came of it, on any thread, with the failure as the SDK means it.
     */
    <T> void call(Function<BedrockAgentCoreAsyncClient, CompletableFuture<T>> order, BiConsumer<T, Throwable> done) {
        var _ = credentials.current().handle((_, absent) -> {
            if (absent != null) {
                done.accept(null, SignedUpgrades.noCredentials());
            } else {
                Thread.ofVirtual().name("weir-interpreter-call").start(() -> send(order, done));
            }
            return null;
        });
    }

    private <T> void send(Function<BedrockAgentCoreAsyncClient, CompletableFuture<T>> order,
            BiConsumer<T, Throwable> done) {
        CompletableFuture<T> answer;
        try {
            answer = order.apply(client());
        } catch (RuntimeException refused) {
            done.accept(null, refused);
            return;
        }
        var _ = answer.handle((response, failure) -> {
            done.accept(response, failure instanceof CompletionException && failure.getCause() != null
                    ? failure.getCause()
                    : failure);
            return null;
        });
    }

    /** At once where this is closed: who waits is not to wait for ever. */
    Future<?> after(Duration pause, Runnable task) {
        try {
            return timer.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            task.run();
            return CompletableFuture.completedFuture(null);
        }
    }

    synchronized void close() {
        closed = true;
        if (client != null) {
            client.close();
        }
        timer.shutdown();
    }

    private synchronized BedrockAgentCoreAsyncClient client() {
        if (closed) {
            throw new IllegalStateException("the interpreter's client is closed");
        }
        if (client == null) {
            BedrockAgentCoreAsyncClientBuilder builder = BedrockAgentCoreAsyncClient.builder()
                    .region(Region.of(config.region()))
                    .credentialsProvider(credentials)
                    .httpClient(http)
                    // Inline: the SDK's default pool grows to dozens of threads; what runs here never blocks.
                    .asyncConfiguration(options -> options
                            .advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
                    .overrideConfiguration(options -> options
                            .retryStrategy(DefaultRetryStrategy.doNotRetry())
                            .addExecutionInterceptor(new RuntimeArgument())
                            .scheduledExecutorService(timer));
            if (!config.endpoint().isEmpty()) {
                builder.endpointOverride(UpgradeTarget.endpoint(config));
            }
            client = builder.build();
        }
        return client;
    }
}

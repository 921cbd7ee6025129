package dev.weir.emulator;

import dev.weir.emulator.session.AwsFault;
import dev.weir.emulator.session.Ending;
import dev.weir.emulator.session.MicroVm;
import dev.weir.emulator.session.Tuning;
import dev.weir.wire.sigv4.Query;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * InvokeAgentRuntime: one request to a container's {@code /invocations}, its response passed on chunk by chunk at the speed the caller
 * reads. What a failing container says stays here; the caller learns its status. One event loop.
 */
final class InvocationRelay {
    private final Vertx vertx;
    private final Tuning tuning;
    private final Call call;
    private final MicroVm machine;
    private final Consumer<Ending> onEnd = this::ended;
    private HttpClientRequest upstream;
    private long deadline;
    private boolean over;

    InvocationRelay(Vertx vertx, Tuning tuning, Call call, MicroVm machine) {
        this.vertx = vertx;
        this.tuning = tuning;
        this.call = call;
        this.machine = machine;
    }

    void start(HttpClient client, Query query, Buffer body) {
        if (!machine.visit(onEnd)) {
            call.fail(AwsFault.retryableConflict());
            return;
        }
        machine.begin();
        HttpServerResponse response = call.request().response();
        response.closeHandler(_ -> abandon());
        if (response.closed()) {
            abandon();
            return;
        }
        limit(tuning.response());
        client.request(new RequestOptions().setMethod(HttpMethod.POST).setHost("127.0.0.1").setPort(machine.port())
                .setURI("/invocations").setHeaders(call.containerHeaders(machine.key(), query))
                .setConnectTimeout(tuning.start().toMillis()))
                .compose(request -> {
                    upstream = request;
                    return over ? request.reset().compose(_ -> request.response()) : request.send(body);
                })
                .onSuccess(this::relay)
                .onFailure(_ -> fail("The runtime did not answer."));
    }

    private void relay(HttpClientResponse container) {
        if (over) {
            return;
        }
        int status = container.statusCode();
        if (status < 200 || status > 299) {
            upstream.reset();
            fail("Received error (" + status
                    + ") from runtime. Please check your CloudWatch logs for more information.");
            return;
        }
        limit(tuning.stream());
        HttpServerResponse response = call.answer(machine.key()).setStatusCode(status);
        Call.handBack(container.headers(), response.headers());
        if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            response.setChunked(true);
        }
        container.pipeTo(response).onSuccess(_ -> finish()).onFailure(_ -> fail("The runtime's response broke off."));
    }

    private void limit(Duration duration) {
        vertx.cancelTimer(deadline);
        deadline = vertx.setTimer(duration.toMillis(), _ -> fail("The runtime did not answer in time."));
    }

    private void ended(Ending ending) {
        fail("The session has ended (" + ending.reason() + ").");
    }

    /** 424, or, in the midst of a response, a cut: the caller must not take half an answer for a whole one. */
    private void fail(String message) {
        if (finish()) {
            abort();
            call.fail(AwsFault.runtimeFailed(message));
        }
    }

    private void abandon() {
        if (finish()) {
            abort();
        }
    }

    private void abort() {
        if (upstream != null) {
            upstream.reset();
        }
    }

    private boolean finish() {
        if (over) {
            return false;
        }
        over = true;
        vertx.cancelTimer(deadline);
        machine.leave(onEnd);
        machine.finish();
        return true;
    }
}

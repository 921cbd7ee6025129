package dev.weir.platform.agentcore;

import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.bedrockagentcore.model.CodeInterpreterResult;
import software.amazon.awssdk.services.bedrockagentcore.model.CodeInterpreterStreamOutput;
import software.amazon.awssdk.services.bedrockagentcore.model.InvokeCodeInterpreterResponse;
import software.amazon.awssdk.services.bedrockagentcore.model.InvokeCodeInterpreterResponseHandler;

/**
 * The answer of one call: an event is asked for, handed on, and the next asked for when the receiver is done with it. The SDK may call on
 * any thread; what the receiver is told comes by {@code home}.
 */
final class ToolStream
        implements
            Interpreter.ToolRun,
            InvokeCodeInterpreterResponseHandler,
            Subscriber<CodeInterpreterStreamOutput> {
    private final Executor home;
    private final Interpreter.Results results;
    private final Promise<Void> end = Promise.promise();
    private final AtomicBoolean over = new AtomicBoolean();

    private CompletableFuture<Void> call;
    private Subscription subscription;
    private boolean handling;
    private boolean answered;
    private boolean any;

    ToolStream(Executor home, Interpreter.Results results) {
        this.home = home;
        this.results = results;
    }

    @Override
    public Future<Void> end() {
        return end.future();
    }

    @Override
    public void abandon() {
        fail(new ProblemException(new Problem.Conflict("the call was given up")));
    }

    boolean isOver() {
        return over.get();
    }

    /** The call was made; if it was given up meanwhile, it ends at once. */
    CompletableFuture<Void> made(CompletableFuture<Void> started) {
        synchronized (this) {
            call = started;
        }
        if (over.get()) {
            started.cancel(true);
        }
        return started;
    }

    /** The SDK says that the answer is complete; the receiver may still have the last part of it in hand. */
    void answered() {
        synchronized (this) {
            answered = true;
            if (handling) {
                return;
            }
        }
        finish();
    }

    /** Breaks the call off. Nothing where it has ended already. */
    void fail(ProblemException cause) {
        if (over.compareAndSet(false, true)) {
            CompletableFuture<Void> open;
            Subscription stream;
            synchronized (this) {
                open = call;
                stream = subscription;
            }
            if (stream != null) {
                stream.cancel();
            }
            if (open != null) {
                open.cancel(true);
            }
            home.execute(() -> end.fail(cause));
        }
    }

    private void finish() {
        boolean some;
        synchronized (this) {
            some = any;
        }
        if (!some) {
            fail(new ProblemException(new Problem.UpstreamFailed(Refusal.SYSTEM,
                    "the answer of " + Refusal.SYSTEM + " ended before there was anything in it")));
        } else if (over.compareAndSet(false, true)) {
            home.execute(end::complete);
        }
    }

    @Override
    public void onEventStream(SdkPublisher<CodeInterpreterStreamOutput> events) {
        events.subscribe(this);
    }

    @Override
    public void onSubscribe(Subscription offered) {
        synchronized (this) {
            subscription = offered;
        }
        if (over.get()) {
            offered.cancel();
        } else {
            offered.request(1);
        }
    }

    @Override
    public void onNext(CodeInterpreterStreamOutput event) {
        if (!(event instanceof CodeInterpreterResult part)) {
            subscription().request(1); // of a kind that this SDK does not know
            return;
        }
        synchronized (this) {
            handling = true;
            any = true;
        }
        home.execute(() -> hand(part));
    }

    private void hand(CodeInterpreterResult part) {
        if (over.get()) {
            return;
        }
        Future<Void> handled;
        try {
            handled = results.next(ToolShapes.result(part));
        } catch (RuntimeException broken) {
            handled = Future.failedFuture(broken);
        }
        handled.onComplete(v -> handled(), this::refused);
    }

    private void handled() {
        boolean complete;
        synchronized (this) {
            handling = false;
            complete = answered;
        }
        if (complete) {
            finish();
        } else if (!over.get()) {
            subscription().request(1);
        }
    }

    /** The receiver wants no more. */
    private void refused(Throwable cause) {
        if (over.compareAndSet(false, true)) {
            subscription().cancel();
            CompletableFuture<Void> open;
            synchronized (this) {
                open = call;
            }
            if (open != null) {
                open.cancel(true);
            }
            home.execute(() -> end.fail(cause));
        }
    }

    private synchronized Subscription subscription() {
        return subscription;
    }

    @Override
    public void onError(Throwable failure) {
        // the future of the call tells it as well
    }

    @Override
    public void onComplete() {
        // likewise
    }

    @Override
    public void responseReceived(InvokeCodeInterpreterResponse response) {
        // says nothing that we did not know
    }

    @Override
    public void exceptionOccurred(Throwable failure) {
        // the future of the call tells it as well
    }

    @Override
    public void complete() {
        // likewise
    }
}

package dev.weir.edge.http;

import dev.weir.edge.stream.RunStreams;
import dev.weir.feature.access.Permit;
import dev.weir.feature.quota.Admission;
import dev.weir.feature.run.Outcome;
import dev.weir.feature.run.Run;
import dev.weir.feature.run.RunError;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.Runs;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.observe.Meters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/** How a request that started a run is answered: with the run, with the run once it is over, or with its events. */
final class AcceptedRun {
    /** When to ask again if the ledger is away. */
    private static final Duration UNTOLD = Duration.ofSeconds(30);

    private final Features features;
    private final RunStreams streams;
    private final Meters meters;
    private final LimitHeaders limits;

    AcceptedRun(Features features, RunStreams streams, Meters meters, LimitHeaders limits) {
        this.features = features;
        this.streams = streams;
        this.meters = meters;
        this.limits = limits;
    }

    /** @param stream what {@link Accepts#eventStream} said, before the run was there */
    Future<Void> answer(RoutingContext ctx, Permit permit, Runs.Accepted accepted, boolean stream) {
        return limits.add(ctx.response(), accepted.run().order().stage())
                .compose(_ -> told(ctx, permit, accepted, stream));
    }

    private Future<Void> told(RoutingContext ctx, Permit permit, Runs.Accepted accepted, boolean stream) {
        Run run = accepted.run();
        meters.runAccepted(accepted.replayed());
        ctx.response().putHeader("Location", "/v1/runs/" + run.id());
        if (accepted.replayed()) {
            ctx.response().putHeader("Idempotency-Replayed", "true");
        }
        if (stream) {
            RequestLoop.run(ctx, () -> streams.sse(ctx, run, EventId.START));
            return Future.succeededFuture();
        }
        Optional<Duration> wait = Invocation.wait(ctx);
        if (wait.isEmpty()) {
            return Reply.json(ctx, 202, RunDocument.of(run));
        }
        ctx.response().putHeader("Preference-Applied", "wait=" + wait.get().toSeconds());
        return over(ctx, run.id(), wait.get())
                .compose(_ -> features.runs().find(permit, run.id()))
                .compose(now -> now.status() == RunStatus.THROTTLED
                        ? throttled(now)
                        : Reply.json(ctx, now.status().isTerminal() ? 200 : 202, RunDocument.of(now)));
    }

    /** The record says why; when there may be room again is looked up now, and if nobody can tell, it is not long. */
    private Future<Void> throttled(Run run) {
        String detail = run.outcome().flatMap(Outcome::error).map(RunError::message).orElse("a limit is used up");
        return features.rights().quotas().foresee(run.order().stage(), run.order().longest())
                .map(now -> now instanceof Admission.Throttled still ? still.retryAfter() : Duration.ofSeconds(1))
                .otherwise(UNTOLD)
                .compose(wait -> Future.failedFuture(
                        new ProblemException(new Problem.QuotaExceeded(detail, wait, run.id().value()))));
    }

    private Future<Void> over(RoutingContext ctx, RunId run, Duration patience) {
        Promise<Void> done = Promise.promise();
        RequestLoop.run(ctx, () -> {
            RunEnd end = new RunEnd(ctx.vertx(), RequestLoop.of(ctx));
            ctx.addEndHandler(_ -> end.cancel());
            end.within(patience, (loop, reader) -> features.feeds().subscribe(run, EventId.START, loop, reader))
                    .onComplete(done);
        });
        return done.future();
    }
}

package dev.weir.worker;

import dev.weir.feature.quota.Quotas;
import dev.weir.feature.run.Aftermath;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Brings the ledger up to date: what ended runs held is settled as soon as they end, what dead gateways held lapses. */
public final class QuotaVerticle extends VerticleBase {
    private static final int AT_ONCE = 1000;

    private final Aftermath aftermath;
    private final Quotas quotas;
    private final Duration every;
    private Chore settling;
    private boolean lapseDue = true;

    public QuotaVerticle(Aftermath aftermath, Quotas quotas, Duration every) {
        this.aftermath = aftermath;
        this.quotas = quotas;
        this.every = every;
    }

    @Override
    public Future<?> start() {
        settling = new Chore("doing what follows the end of runs", context, this::settle);
        vertx.eventBus().<String>consumer(RunHints.ENDED, _ -> settling.run());
        vertx.setPeriodic(every.toMillis(), _ -> {
            lapseDue = true;
            settling.run();
        });
        settling.run();
        return Future.succeededFuture();
    }

    /** What ended is settled first, so that it does not lapse for nothing. */
    private Future<?> settle() {
        boolean lapse = lapseDue;
        lapseDue = false;
        return aftermath.sweep().compose(done -> lapse ? lapse() : Future.succeededFuture(done));
    }

    private Future<Integer> lapse() {
        return quotas.sweep(AT_ONCE).compose(count -> count == AT_ONCE ? lapse() : Future.succeededFuture(count));
    }

    /** Settles once more: the last runs ended when their executing side stopped. */
    @Override
    public Future<?> stop() {
        return settling.stop().eventually(aftermath::sweep);
    }
}

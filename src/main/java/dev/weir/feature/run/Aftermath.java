package dev.weir.feature.run;

import dev.weir.feature.quota.Quotas;
import dev.weir.feature.run.event.RunId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows a run's end, whichever way and wherever it ended: its share of the quota is settled, then the end is announced. The record
 * says of each run whether that is done, so a crash at any point costs time and nothing else. Each step may happen again and must bear it.
 */
public final class Aftermath {
    private static final Logger LOG = LoggerFactory.getLogger(Aftermath.class);
    private static final int AT_ONCE = 64;
    /** Each is a step deeper into the future of the first. */
    private static final int PAGES = 64;
    /** Runs in one sweep. */
    public static final int MOST = PAGES * AT_ONCE;
    /** For one run; an announcement that takes longer is one that failed. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RunStore store;
    private final Quotas quotas;
    private final Function<Run, Future<Void>> announce;
    private final Consumer<RunStatus> tally;

    /**
     * The rule for a store's runs.
     *
     * @param announce tells others; called again for the same run if it fails, and after a crash
     * @param tally told how each run ended, once
     */
    public Aftermath(RunStore store, Quotas quotas, Function<Run, Future<Void>> announce, Consumer<RunStatus> tally) {
        this.store = store;
        this.quotas = quotas;
        this.announce = announce;
        this.tally = tally;
    }

    /**
     * Does what is due, oldest runs first, at most {@link #MOST}; one that fails holds up no other and is tried again by the next sweep. How
     * many are done.
     */
    public Future<Integer> sweep() {
        return sweep(Optional.empty(), 0, 1);
    }

    private Future<Integer> sweep(Optional<RunId> after, int before, int page) {
        return store.ended(after, AT_ONCE).compose(runs -> finished(runs).compose(done -> settled(done)
                .compose(_ -> runs.size() < AT_ONCE || page == PAGES
                        ? Future.succeededFuture(before + done.size())
                        : sweep(Optional.of(runs.getLast().id()), before + done.size(), page + 1))));
    }

    private Future<Void> settled(List<Run> done) {
        return done.isEmpty()
                ? Future.succeededFuture()
                : store.settled(done.stream().map(Run::id).toList())
                        .onSuccess(_ -> done.forEach(run -> tally.accept(run.status())));
    }

    private Future<List<Run>> finished(List<Run> runs) {
        return Future.all(runs.stream().map(this::finish).toList())
                .map(all -> all.<Run>list().stream().filter(Objects::nonNull).toList());
    }

    /** The run, or null if it has to be done again. */
    private Future<Run> finish(Run run) {
        return settle(run).compose(_ -> announce.apply(run)).timeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .map(_ -> run).otherwise(failure -> {
                    LOG.atWarn().addKeyValue("run", run.id()).setCause(failure)
                            .log("what follows a run's end could not be done; trying again");
                    return null;
                });
    }

    private Future<Boolean> settle(Run run) {
        return run.wasExecuted()
                ? quotas.settle(run.id(), run.outcome().orElseThrow().billable())
                : quotas.giveBack(run.id());
    }
}

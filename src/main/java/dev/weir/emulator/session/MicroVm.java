package dev.weir.emulator.session;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session's machine: provisioning, active, then stopped for ever; a later call to the same session id gets another one. It looks at
 * its container's {@code /ping} and ends itself when that idles out, lives too long, or is gone. One event loop.
 */
public final class MicroVm {
    private static final Logger LOG = LoggerFactory.getLogger(MicroVm.class);
    private static final Duration START_POLL = Duration.ofMillis(25);
    private static final Duration PING_LIMIT = Duration.ofSeconds(2);
    private static final int MAX_FAILED_PINGS = 5;

    /** Where a machine is in its life. */
    sealed interface State {
        record Provisioning(Future<MicroVm> ready) implements State {}

        record Active(Container container) implements State {}

        record Stopping(Future<Void> gone) implements State {}

        record Stopped() implements State {}
    }

    private final Surroundings surroundings;
    private final SessionKey key;
    private final Path directory;
    private final IdleClock idle;
    private final Instant bornAt;
    private final Set<Consumer<Ending>> visitors = new LinkedHashSet<>();
    private State state = new State.Stopped();
    private boolean abandoned;
    private boolean pinging;
    private int failedPings;
    private long poller;

    MicroVm(Surroundings surroundings, SessionKey key) {
        this.surroundings = surroundings;
        this.key = key;
        this.directory = surroundings.root().resolve(key.directoryName());
        this.idle = new IdleClock(surroundings.clock());
        this.bornAt = surroundings.clock().instant();
    }

    State state() {
        return state;
    }

    public SessionKey key() {
        return key;
    }

    /** The container's loopback port. Only of an active machine. */
    public int port() {
        return state instanceof State.Active active ? active.container().port() : 0;
    }

    /** The session's own directory, there for as long as the machine is active. */
    public Path directory() {
        return directory;
    }

    /** A message or a ping went through. */
    public void touch() {
        idle.touch();
    }

    /** While an invocation is in flight the machine is not idle. */
    public void begin() {
        idle.begin();
    }

    public void finish() {
        idle.finish();
    }

    /** {@code onEnd} is called once if the machine ends before {@link #leave}. False, and never called, if it has ended already. */
    public boolean visit(Consumer<Ending> onEnd) {
        return state instanceof State.Active && visitors.add(onEnd);
    }

    public void leave(Consumer<Ending> onEnd) {
        visitors.remove(onEnd);
    }

    /** Fails with RuntimeClientError, and leaves nothing behind, if the container does not come up. */
    Future<MicroVm> provision(ContainerStarter starter) {
        Promise<MicroVm> ready = Promise.promise();
        state = new State.Provisioning(ready.future());
        surroundings.delay(surroundings.config().faults().coldStart())
                .compose(_ -> launch(starter))
                .compose(container -> awaitPing(container).recover(failure -> discard(container, failure)))
                .onComplete(result -> {
                    if (result.succeeded()) {
                        activate(result.result());
                        ready.complete(this);
                    } else {
                        LOG.warn("runtime {} did not start: {}", key.runtime(), result.cause().toString());
                        // First remove the directory, so that whoever tries again finds the place free.
                        removeDirectory().onComplete(_ -> {
                            state = new State.Stopped();
                            ready.fail(AwsFault.runtimeFailed("Runtime initialization time exceeded. Please make sure "
                                    + "that initialization completes in " + surroundings.tuning().start().toSeconds()
                                    + "s."));
                        });
                    }
                });
        return ready.future();
    }

    /** Idempotent; completes when container and directory are gone. Whoever is connected is told before. */
    Future<Void> end(Ending ending) {
        return switch (state) {
            case State.Provisioning provisioning -> {
                abandoned = true;
                yield provisioning.ready().transform(_ -> end(ending));
            }
            case State.Active active -> tearDown(active.container(), ending);
            case State.Stopping stopping -> stopping.gone();
            case State.Stopped _ -> Future.succeededFuture();
        };
    }

    private Future<Container> launch(ContainerStarter starter) {
        return surroundings.offLoop("container-start", () -> {
            Directories.remove(directory);
            Directories.create(directory);
            return starter.start(directory);
        });
    }

    private Future<Container> awaitPing(Container container) {
        Promise<Container> up = Promise.promise();
        poke(container, System.nanoTime() + surroundings.tuning().start().toNanos(), up);
        return up.future();
    }

    private void poke(Container container, long deadline, Promise<Container> up) {
        Ping.ask(surroundings.pings(), container.port(), PING_LIMIT).onComplete(result -> {
            if (result.succeeded()) {
                up.complete(container);
            } else if (abandoned || System.nanoTime() - deadline >= 0) {
                up.fail(result.cause());
            } else {
                surroundings.delay(START_POLL).onComplete(_ -> poke(container, deadline, up));
            }
        });
    }

    private Future<Container> discard(Container container, Throwable failure) {
        return stop(container).transform(_ -> Future.failedFuture(failure));
    }

    private void activate(Container container) {
        state = new State.Active(container);
        idle.touch();
        poller = surroundings.vertx().setPeriodic(surroundings.tuning().poll().toMillis(), _ -> look(container));
        LOG.info("runtime {}: session {} is active on port {}", key.runtime(), directory.getFileName(),
                container.port());
    }

    private void look(Container container) {
        if (pinging) {
            return;
        }
        pinging = true;
        Ping.ask(surroundings.pings(), container.port(), PING_LIMIT).onComplete(result -> {
            pinging = false;
            if (!(state instanceof State.Active)) {
                return;
            }
            if (result.succeeded()) {
                failedPings = 0;
                idle.heard(result.result());
            } else {
                failedPings++;
            }
            endIfDue();
        });
    }

    private void endIfDue() {
        Instant now = surroundings.clock().instant();
        if (failedPings >= MAX_FAILED_PINGS) {
            end(Ending.CONTAINER_LOST);
        } else if (idle.isIdleFor(surroundings.config().idleTimeout())
                || !now.isBefore(bornAt.plus(surroundings.config().maxLifetime()))) {
            end(Ending.TERMINATED);
        }
    }

    private Future<Void> tearDown(Container container, Ending ending) {
        Promise<Void> gone = Promise.promise();
        state = new State.Stopping(gone.future());
        surroundings.vertx().cancelTimer(poller);
        List.copyOf(visitors).forEach(visitor -> visitor.accept(ending));
        visitors.clear();
        stop(container).transform(_ -> removeDirectory()).onComplete(_ -> {
            state = new State.Stopped();
            LOG.info("runtime {}: session {} has ended ({})", key.runtime(), directory.getFileName(), ending);
            gone.complete();
        });
        return gone.future();
    }

    private Future<Void> stop(Container container) {
        return surroundings.<Void>offLoop("container-stop", () -> container.stop().get())
                .timeout(surroundings.tuning().stop().toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(failure -> LOG.warn("a container of runtime {} did not end: {}", key.runtime(),
                        failure.toString()));
    }

    private Future<Void> removeDirectory() {
        return surroundings.<Void>offLoop("session-remove", () -> {
            Stragglers.end(directory);
            Directories.remove(directory);
            return Future.succeededFuture();
        }).onFailure(failure -> LOG.warn("session directory {} stays behind: {}", directory, failure.toString()));
    }
}

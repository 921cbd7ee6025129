package dev.weir.emulator.session;

import io.vertx.core.Future;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All microVMs, at most one for each session. One event loop. */
public final class MicroVms {
    private final Surroundings surroundings;
    private final Map<String, ContainerStarter> runtimes;
    private final Map<SessionKey, MicroVm> machines = new HashMap<>();

    public MicroVms(Surroundings surroundings, Map<String, ContainerStarter> runtimes) {
        this.surroundings = surroundings;
        this.runtimes = Map.copyOf(runtimes);
    }

    public boolean knows(String runtime) {
        return runtimes.containsKey(runtime);
    }

    /** Machines that are up, or on their way up or down. */
    public int size() {
        machines.values().removeIf(machine -> machine.state() instanceof MicroVm.State.Stopped);
        return machines.size();
    }

    /**
     * The session's active machine; where there is none, one is provisioned, and this call waits for it. A call that finds the machine on
     * its way up or down fails with RetryableConflictException, or waits, as the configuration says.
     */
    public Future<MicroVm> enter(SessionKey key) {
        MicroVm present = machines.get(key);
        if (present == null) {
            return create(key);
        }
        boolean conflict = surroundings.config().faults().conflictWhileProvisioning();
        return switch (present.state()) {
            case MicroVm.State.Active _ -> Future.succeededFuture(present);
            case MicroVm.State.Provisioning _ when conflict -> Future.failedFuture(AwsFault.retryableConflict());
            case MicroVm.State.Provisioning provisioning -> provisioning.ready();
            case MicroVm.State.Stopping _ when conflict -> Future.failedFuture(AwsFault.retryableConflict());
            case MicroVm.State.Stopping stopping -> stopping.gone().compose(_ -> enter(key));
            case MicroVm.State.Stopped _ -> create(key);
        };
    }

    /** StopRuntimeSession: completes when the machine is gone; ResourceNotFoundException if there is none. */
    public Future<Void> stop(SessionKey key) {
        MicroVm present = machines.get(key);
        return switch (present == null ? new MicroVm.State.Stopped() : present.state()) {
            case MicroVm.State.Active _ -> present.end(Ending.TERMINATED);
            case MicroVm.State.Provisioning _ -> Future.failedFuture(AwsFault.retryableConflict());
            case MicroVm.State.Stopping _,MicroVm.State.Stopped _ ->
                Future.failedFuture(AwsFault.notFound("The session was not found or has ended."));
        };
    }

    public Future<Void> stopAll() {
        List<Future<Void>> ends = machines.values().stream().map(machine -> machine.end(Ending.TERMINATED)).toList();
        return Future.join(ends).mapEmpty();
    }

    /** Removes what a killed emulator left behind. Blocking; before the first {@link #enter}. */
    public void clear() throws IOException {
        Directories.remove(surroundings.root());
    }

    private Future<MicroVm> create(SessionKey key) {
        if (size() >= surroundings.tuning().maxSessions()) {
            return Future.failedFuture(AwsFault.of(402, "ServiceQuotaExceededException",
                    "Too many active sessions: at most " + surroundings.tuning().maxSessions()));
        }
        MicroVm machine = new MicroVm(surroundings, key);
        machines.put(key, machine);
        return machine.provision(runtimes.get(key.runtime()));
    }
}

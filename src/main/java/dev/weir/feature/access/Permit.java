package dev.weir.feature.access;

import dev.weir.kernel.Caller;
import dev.weir.kernel.Role;
import dev.weir.kernel.TenantId;
import java.util.Optional;

/**
 * Proof that a caller may do something. Only {@link Access} makes one; use-cases that touch a tenant's data ask for it, so a forgotten
 * check does not compile.
 */
public final class Permit {
    private final Caller caller;
    private final Optional<String> run;

    Permit(Caller caller, Optional<String> run) {
        this.caller = caller;
        this.run = run;
    }

    /** Who it was given to; for a ticket, who issued the ticket. */
    public Caller caller() {
        return caller;
    }

    /** The only tenant whose data it opens. */
    public TenantId tenant() {
        return caller.tenant();
    }

    /** The only user whose runs it lists: owners see everybody's, developers their own. */
    public Optional<String> onlyRunsOf() {
        return caller.role() == Role.OWNER ? Optional.empty() : Optional.of(caller.user());
    }

    /** Whether it opens the run {@code id} of {@code tenant} that {@code invokedBy} started: owners see all, developers their own. */
    public boolean opensRun(TenantId tenant, String id, String invokedBy) {
        return tenant.equals(caller.tenant())
                && run.map(id::equals).orElse(caller.role() == Role.OWNER || caller.user().equals(invokedBy));
    }
}

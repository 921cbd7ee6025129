package dev.weir.feature.interpreter.dispatch;

import dev.weir.kernel.TenantId;
import java.util.Optional;

/** Where the code of skills comes from. */
@FunctionalInterface
public interface Bundles {
    /** The bundle that {@code tenant} may run under this name; empty if there is none. Blocks; may throw a problem. */
    Optional<Bundle> load(TenantId tenant, String slug);
}

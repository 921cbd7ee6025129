package dev.weir.feature.quota;

import dev.weir.kernel.StageRef;
import dev.weir.kernel.TenantId;
import java.util.Optional;

/**
 * Whom a limit is for: a tenant as a whole, or one of its stages.
 *
 * @param stage empty for the tenant as a whole
 */
public record Scope(TenantId tenant, Optional<StageRef> stage) {
    public static Scope of(TenantId tenant) {
        return new Scope(tenant, Optional.empty());
    }

    public static Scope of(StageRef stage) {
        return new Scope(stage.tenant(), Optional.of(stage));
    }

    /** Its name in stores: empty for the tenant, else {@code skill/stage}; neither name can hold a slash. */
    public String path() {
        return stage.map(ref -> ref.skill() + "/" + ref.stage()).orElse("");
    }

    /** For messages. */
    public String label() {
        return stage.isEmpty() ? "the tenant" : "the stage";
    }
}

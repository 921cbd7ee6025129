package dev.weir.feature.quota;

import dev.weir.kernel.StageRef;
import dev.weir.kernel.TenantId;

/**
 * Whom a limit is for: a tenant as a whole, or one of its stages.
 *
 * @param path empty for the tenant, else {@code skill/stage}: neither name can hold a slash
 */
public record Scope(TenantId tenant, String path) {
    public static Scope of(TenantId tenant) {
        return new Scope(tenant, "");
    }

    public static Scope of(StageRef stage) {
        return new Scope(stage.tenant(), stage.skill() + "/" + stage.stage());
    }

    /** For messages. */
    public String label() {
        return path.isEmpty() ? "the tenant" : "the stage";
    }
}

package dev.weir.feature.access;

import dev.weir.kernel.TenantId;
import java.time.Instant;
import java.util.List;

/**
 * Leave for one user of a tenant to invoke skills. Several grants of a user add up.
 *
 * @param allowedSkills skill ids, compared exactly, or {@link #WILDCARD} as an element; an empty list allows nothing
 */
public record Grant(String id, TenantId tenant, String user, List<String> allowedSkills, Instant createdAt) {
    /** As an element: every skill of the tenant, also those to come. */
    public static final String WILDCARD = "*";

    public Grant {
        allowedSkills = List.copyOf(allowedSkills);
    }

    /** Whether it lets its user invoke {@code skill}. */
    public boolean allows(String skill) {
        return isWildcard() || allowedSkills.contains(skill);
    }

    /** Whether the wildcard is among the elements, alone or not. */
    public boolean isWildcard() {
        return allowedSkills.contains(WILDCARD);
    }
}

package dev.weir.feature.access;

import dev.weir.kernel.TenantId;
import java.time.Instant;
import java.util.List;

/**
 * Leave for one user of a tenant to invoke skills and to use agents. Several grants of a user add up.
 *
 * @param allowedSkills skill ids, compared exactly, or {@link #WILDCARD} as an element; an empty list allows nothing
 * @param allowedAgents the same of agents
 */
public record Grant(String id, TenantId tenant, String user, List<String> allowedSkills, List<String> allowedAgents,
        Instant createdAt) {
    /** As an element: every one of the tenant, also those to come. */
    public static final String WILDCARD = "*";

    public Grant {
        allowedSkills = List.copyOf(allowedSkills);
        allowedAgents = List.copyOf(allowedAgents);
    }

    /** For skills only. */
    public Grant(String id, TenantId tenant, String user, List<String> allowedSkills, Instant createdAt) {
        this(id, tenant, user, allowedSkills, List.of(), createdAt);
    }

    /** Whether it lets its user invoke {@code skill}. */
    public boolean allows(String skill) {
        return isWildcard() || allowedSkills.contains(skill);
    }

    /** Whether it lets its user talk to {@code agent}, which includes a terminal in its microVM. */
    public boolean allowsAgent(String agent) {
        return allowedAgents.contains(WILDCARD) || allowedAgents.contains(agent);
    }

    /** Whether the wildcard is among the elements, alone or not. */
    public boolean isWildcard() {
        return allowedSkills.contains(WILDCARD);
    }
}

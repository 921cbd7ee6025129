package dev.weir.feature.access;

import java.util.List;
import java.util.Optional;

/** What lets a caller invoke skills of its tenant (features S0-21 to S0-23), and use agents. */
public sealed interface Allowance {
    /** Owners may use everything of their tenant. */
    record Owner() implements Allowance {}

    /** Developers may what their grants, in order of age, allow. */
    record Granted(List<Grant> grants) implements Allowance {
        public Granted {
            grants = List.copyOf(grants);
        }

        /** The oldest grant that allows {@code skill}. */
        public Optional<Grant> grant(String skill) {
            return grants.stream().filter(grant -> grant.allows(skill)).findFirst();
        }
    }

    /** Whether {@code skill} may be invoked. */
    default boolean allows(String skill) {
        return switch (this) {
            case Owner _ -> true;
            case Granted granted -> granted.grant(skill).isPresent();
        };
    }

    /** Whether {@code skill} may be invoked because it is named, and not because all are. */
    default boolean names(String skill) {
        return switch (this) {
            case Owner _ -> true;
            case Granted granted ->
                granted.grants().stream().anyMatch(grant -> grant.allowedSkills().contains(skill));
        };
    }

    /** Whether {@code agent} may be used. */
    default boolean allowsAgent(String agent) {
        return switch (this) {
            case Owner _ -> true;
            case Granted granted -> granted.grants().stream().anyMatch(grant -> grant.allowsAgent(agent));
        };
    }
}

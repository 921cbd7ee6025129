package dev.weir.feature.skill.change;

import java.util.List;

/**
 * The lowest level that is honest for a new schema, and why.
 *
 * @param reasons in the schema's order, at most 100, one of the highest level among them; empty where nothing changed
 */
public record SchemaChange(List<Reason> reasons) {
    public SchemaChange {
        reasons = List.copyOf(reasons);
    }

    /**
     * One difference.
     *
     * @param pointer a JSON Pointer (RFC 6901) into the newer schema, or into the older for what is gone; cut with "..." where names or
     *     nesting are long
     */
    public record Reason(ChangeLevel level, String pointer, String message) {
        @Override
        public String toString() {
            return level.wireName() + " " + (pointer.isEmpty() ? "/" : pointer) + ": " + message;
        }
    }

    public ChangeLevel minimum() {
        return reasons.stream().map(Reason::level).reduce(ChangeLevel.PATCH, ChangeLevel::or);
    }

    /** The reasons that forbid every level below {@link #minimum()}. */
    public List<Reason> decisive() {
        return reasons.stream().filter(reason -> reason.level() == minimum()).toList();
    }
}

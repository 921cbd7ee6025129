package dev.weir.feature.skill.change;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a new version means for those who call the skill; in ascending order. */
public enum ChangeLevel {
    /** Every input means what it meant. */
    PATCH,
    /** Every input that was legal still is; more are. */
    MINOR,
    /** Some input that was legal is not any more, or may not be. */
    MAJOR;

    public static Optional<ChangeLevel> parse(String wireName) {
        return Stream.of(values()).filter(level -> level.wireName().equals(wireName)).findFirst();
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    ChangeLevel or(ChangeLevel other) {
        return compareTo(other) >= 0 ? this : other;
    }
}

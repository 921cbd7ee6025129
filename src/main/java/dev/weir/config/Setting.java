package dev.weir.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One key of the configuration.
 *
 * @param key dash-case path, such as {@code server.max-header-bytes}; {@code agents.*.cwd} is a setting of each agent, whose name the
 *            user chooses
 * @param kind what its text may be
 * @param description for the person who edits the file: one or more sentences without the default
 */
public record Setting(String key, Kind kind, String description) {
    private static final String NAME = "*";
    private static final Pattern NAMES = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,47}");

    /** The environment variable that sets it; for an open key with {@code *} in the place of the name. */
    public String variable() {
        return "WEIR_" + form().toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }

    /** Whether there may be any number of it, under names of the user's own. */
    public boolean isOpen() {
        return !form().equals(key) || isOfEach();
    }

    /** Whether it is one of several settings of a thing that the user names. */
    boolean isOfEach() {
        return key.contains(NAME);
    }

    /** What the text of one value may be. */
    Kind valueKind() {
        return kind instanceof Kind.Named named ? named.value() : kind;
    }

    /** Whether {@code text} is this key, or one of an open setting. */
    boolean covers(String text) {
        return isOpen() ? nameIn(text).isPresent() : text.equals(key);
    }

    /** The user's name in {@code text}, if that is a key of this open setting. */
    Optional<String> nameIn(String text) {
        Pattern names = kind instanceof Kind.Named named ? named.name() : NAMES;
        return between(form(), text).filter(name -> names.matcher(name).matches());
    }

    /** The key that {@code variable} sets, if it is this setting's; a name in it is taken in lower case. */
    Optional<String> keyOf(String variable) {
        return isOpen()
                ? between(variable(), variable).map(name -> form().replace(NAME, name.toLowerCase(Locale.ROOT)))
                : Optional.of(key).filter(same -> variable.equals(variable()));
    }

    /** Whether {@code text} is a mapping on the way to such a key. */
    boolean isBelow(String text) {
        return form().startsWith(text + ".") || isNameOf(text);
    }

    /** Whether {@code text} is a thing that such settings are of: {@code agents.kiro}. */
    boolean isNameOf(String text) {
        int name = key.indexOf(NAME);
        return name > 0 && text.startsWith(key.substring(0, name)) && NAMES.matcher(text.substring(name)).matches();
    }

    private String form() {
        return kind instanceof Kind.Named ? key + "." + NAME : key;
    }

    private static Optional<String> between(String form, String text) {
        int name = form.indexOf(NAME);
        String after = form.substring(name + 1);
        boolean fits = text.startsWith(form.substring(0, name)) && text.endsWith(after)
                && text.length() > name + after.length();
        return fits ? Optional.of(text.substring(name, text.length() - after.length())) : Optional.empty();
    }
}

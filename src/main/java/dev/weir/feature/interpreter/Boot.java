package dev.weir.feature.interpreter;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a run in an interpreter is bound to: the sandbox, and this execution of it.
 *
 * @param lent whether the sandbox is the run's alone until it ends; else a user holds it
 * @param nonce of the execution: no other has it
 */
record Boot(boolean lent, String environment, String session, String nonce) {
    private static final Pattern FORM = Pattern.compile("(lent|held)/([a-z0-9-]+)/([0-9a-zA-Z]+)/([0-9a-f-]+)");

    static Boot of(boolean lent, String environment, String session) {
        return new Boot(lent, environment, session, UUID.randomUUID().toString());
    }

    static Optional<Boot> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new Boot(matcher.group(1).equals("lent"), matcher.group(2), matcher.group(3),
                        matcher.group(4)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return (lent ? "lent/" : "held/") + environment + "/" + session + "/" + nonce;
    }
}

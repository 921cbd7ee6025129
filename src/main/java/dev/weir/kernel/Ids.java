package dev.weir.kernel;

import java.util.regex.Pattern;

/** The one rule for identifiers that clients choose or send. */
public final class Ids {
    private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

    private Ids() {}

    public static boolean isLegal(String id) {
        return id != null && LEGAL.matcher(id).matches();
    }

    /** {@code id} itself if legal; otherwise a {@link Problem.Invalid} that names {@code what}. */
    public static String require(String id, String pointer) {
        if (!isLegal(id)) {
            throw new ProblemException(Problem.Invalid.of(pointer,
                    "must be 1 to 64 letters, digits, '_' or '-', and start with a letter or digit"));
        }
        return id;
    }
}

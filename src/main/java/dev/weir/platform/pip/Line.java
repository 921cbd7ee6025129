package dev.weir.platform.pip;

import java.util.Optional;

/**
 * One requirement's text (PEP 508, without URLs), read from left to right. It never goes back and never calls itself, so that the time is
 * that of the length and the stack is of no concern, whatever a tenant writes.
 */
final class Line {
    /**
     * What was read.
     *
     * @param marker what stands behind the semicolon
     */
    record Parts(String name, Optional<String> marker) {}

    private final String text;
    private int at;

    private Line(String text) {
        this.text = text;
    }

    /** Empty if it is not a name with extras, versions and a marker. */
    static Optional<Parts> parse(String text) {
        Line line = new Line(text);
        String name = line.word("._-");
        boolean legal = !name.isEmpty() && isAlphanumeric(name.charAt(0))
                && isAlphanumeric(name.charAt(name.length() - 1)) && line.extras() && line.versions();
        line.blank();
        boolean marked = line.take(";");
        if (!legal || (!marked && line.at < text.length())) {
            return Optional.empty();
        }
        return Optional.of(new Parts(name, marked ? Optional.of(text.substring(line.at)) : Optional.empty()));
    }

    private boolean extras() {
        blank();
        if (!take("[")) {
            return true;
        }
        blank();
        if (take("]")) {
            return true;
        }
        do {
            blank();
            if (word("._-").isEmpty()) {
                return false;
            }
            blank();
        } while (take(","));
        return take("]");
    }

    private boolean versions() {
        blank();
        boolean inBrackets = take("(");
        if (!inBrackets && "=!~<>".indexOf(peek()) < 0) {
            return true;
        }
        do {
            blank();
            if (!comparison() || !version()) {
                return false;
            }
            blank();
        } while (take(","));
        return !inBrackets || take(")");
    }

    private boolean comparison() {
        return take("===") || take("==") || take("!=") || take("~=") || take("<=") || take(">=") || take("<")
                || take(">");
    }

    private boolean version() {
        blank();
        String version = word("._+!-");
        if (version.isEmpty() || !isAlphanumeric(version.charAt(0))) {
            return false;
        }
        if (version.endsWith(".")) {
            take("*");
        }
        return true;
    }

    private String word(String others) {
        int start = at;
        while (at < text.length() && (isAlphanumeric(text.charAt(at)) || others.indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        return text.substring(start, at);
    }

    private void blank() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private boolean take(String token) {
        boolean there = text.startsWith(token, at);
        at += there ? token.length() : 0;
        return there;
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : ' ';
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}

package dev.weir.cli.sandbox;

/** Words that make no sense; the message is for who wrote them. */
final class Misuse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Misuse(String message) {
        super(message, null, false, false);
    }
}

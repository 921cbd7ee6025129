package dev.weir.feature.agent;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Which shell: the microVM, and the terminal in it. Knowing both is enough to connect, given AWS permissions, so they are not logged.
 *
 * @param session the runtime session id, 33 to 100 characters of {@code [A-Za-z0-9_-]}
 * @param shell 1 to 128 characters of {@code [A-Za-z0-9_-]}
 */
public record ShellAddress(String session, String shell) {
    private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{32,99}");
    private static final Pattern SHELL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,127}");
    private static final Pattern THREAD = Pattern.compile("[a-z][a-z0-9_-]{0,31}:\\S.{0,511}");

    public ShellAddress {
        if (!SESSION.matcher(session).matches() || !SHELL.matcher(shell).matches()) {
            throw new IllegalArgumentException("not the ids of a session and a shell");
        }
    }

    /** A shell that nobody else can know of. */
    public static ShellAddress random() {
        return new ShellAddress("weir-" + UUID.randomUUID(), "weir-" + UUID.randomUUID());
    }

    /**
     * The shell of a conversation, the same for ever, and another one for every other conversation.
     *
     * @param thread {@code PLATFORM:ID}, the platform in small letters; an {@link IllegalArgumentException} otherwise
     */
    public static ShellAddress ofThread(String thread) {
        if (!isThread(thread)) {
            throw new IllegalArgumentException("a thread is PLATFORM:ID, the platform in small letters");
        }
        byte[] digest = sha256("weir thread\n" + thread);
        return new ShellAddress("thread-" + HexFormat.of().formatHex(digest),
                "acp-" + HexFormat.of().formatHex(sha256("weir shell\n" + thread), 0, 8));
    }

    /**
     * The same microVM for the same words for ever, and another one for all others.
     *
     * @param kind what the id begins with; a word
     * @param words none with a line break
     */
    static ShellAddress derived(String kind, List<String> words, String shell) {
        String text = "weir " + kind + "\n" + String.join("\n", words);
        return new ShellAddress(kind + "-" + HexFormat.of().formatHex(sha256(text)), shell);
    }

    public static boolean isThread(String text) {
        return THREAD.matcher(text).matches();
    }

    /** Another shell in the same microVM. */
    public ShellAddress sibling(String shellId) {
        return new ShellAddress(session, shellId);
    }

    @Override
    public String toString() {
        return "ShellAddress[]";
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java has SHA-256", absent);
        }
    }
}

package dev.weir.bridge.acp;

import dev.weir.wire.jsonrpc.Envelope;
import dev.weir.wire.jsonrpc.EnvelopeReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes lines of what the terminal shows, each exactly once. Before the agent's pipeline is ready all is noise; then lines are numbered.
 * After a reconnection the bytes may begin anywhere: before what is known, exactly behind it, or after a gap. The numbers tell which, but
 * the first piece only when the next line has come. One event loop.
 */
final class AgentOutput {
    private static final int NOISE_KEPT = 4096;
    private static final int LONGEST_NUMBER = 12;

    private final LaunchLine launch;
    private final Events events;
    private final Assembly assembly;
    private final StringBuilder noise = new StringBuilder();
    private boolean ready;
    private long last;
    private boolean aligned = true;
    private byte[] before;
    private byte[] firstPiece;

    /** What is found. */
    interface Events {
        /** The agent's pipeline runs. */
        void ready();

        /** It cannot. */
        void failed();

        /** A line of the agent's; {@code whole} is false if it is too long, and then it is only its beginning. */
        void line(byte[] line, boolean whole);

        /** So many lines are lost for good. */
        void gap(long lines);

        /** The agent has ended. */
        void exited(int code);

        /** The shell has no agent: it took a probe for a command. */
        void freshShell();
    }

    AgentOutput(LaunchLine launch, int maxLine, Events events) {
        this.launch = launch;
        this.events = events;
        this.assembly = new Assembly(maxLine + LONGEST_NUMBER);
    }

    boolean isReady() {
        return ready;
    }

    /** The end of what came before the pipeline was ready, without control characters. */
    String noise() {
        return noise.toString().replaceAll("\u001b\\[[0-9;?]*[a-zA-Z]", "").replaceAll("[^ -~]+", " ").strip();
    }

    /** There is a new connection. */
    void reconnected() {
        if (!aligned && before != null) {
            assembly.takeRest(); // another one before the last was understood: what that brought is not needed
            firstPiece = null;
            return;
        }
        aligned = false;
        firstPiece = null;
        before = assembly.isTooLong() ? new byte[0] : assembly.takeRest();
        assembly.takeRest();
    }

    void feed(byte[] bytes) {
        if (!aligned && firstPiece == null && ready) {
            noise.setLength(0);
        }
        if (!ready || !aligned) {
            remember(bytes);
            if (noise.indexOf(launch.freshShell()) >= 0 && ready) {
                events.freshShell();
                return;
            }
        }
        assembly.feed(bytes, this::line);
    }

    private void remember(byte[] bytes) {
        int from = Math.max(0, bytes.length - NOISE_KEPT);
        noise.append(new String(bytes, from, bytes.length - from, StandardCharsets.ISO_8859_1));
        if (noise.length() > NOISE_KEPT) {
            noise.delete(0, noise.length() - NOISE_KEPT);
        }
    }

    private void line(byte[] raw, boolean whole) {
        byte[] line = Assembly.stripped(raw);
        if (!ready) {
            begin(line);
        } else if (aligned) {
            numbered(line, whole);
        } else {
            align(line, whole);
        }
    }

    private void begin(byte[] line) {
        String text = new String(line, StandardCharsets.ISO_8859_1);
        if (text.contains(launch.ready())) {
            ready = true;
            events.ready();
        } else if (text.contains(launch.failed())) {
            events.failed();
        }
    }

    private void numbered(byte[] line, boolean whole) {
        long number = number(line);
        if (number <= last) {
            return; // told before, or no line of the agent's
        }
        if (number > last + 1) {
            events.gap(number - last - 1);
        }
        last = number;
        deliver(content(line), whole);
    }

    private void align(byte[] line, boolean whole) {
        if (firstPiece == null) {
            firstPiece = line;
            return;
        }
        long number = number(line);
        boolean agents = number > 0 && (!whole || isAgents(content(line)));
        if (new String(line, StandardCharsets.ISO_8859_1).contains(launch.ready()) || !agents) {
            return; // from before the pipeline was ready, or cut somewhere
        }
        aligned = true;
        if (number == last + 2) {
            joined();
        }
        before = null;
        firstPiece = null;
        numbered(line, whole);
    }

    /** The next line is one ahead: the one between is what was left, and the first piece, or the first piece alone. */
    private void joined() {
        for (byte[] candidate : new byte[][]{Seam.join(before, firstPiece).orElse(new byte[0]), firstPiece}) {
            if (number(candidate) == last + 1 && isAgents(content(candidate))) {
                numbered(candidate, true);
                return;
            }
        }
    }

    private boolean isAgents(byte[] content) {
        return content.length == 0 || startsWith(content, launch.exit())
                || !(EnvelopeReader.read(content) instanceof Envelope.NotJson);
    }

    private void deliver(byte[] content, boolean whole) {
        if (startsWith(content, launch.exit())) {
            String code = new String(content, StandardCharsets.ISO_8859_1).substring(launch.exit().length()).strip();
            events.exited(code.matches("[0-9]{1,3}") ? Integer.parseInt(code) : -1);
        } else if (content.length > 0) {
            events.line(content, whole);
        }
    }

    private static boolean startsWith(byte[] content, String word) {
        return content.length >= word.length()
                && new String(content, 0, word.length(), StandardCharsets.ISO_8859_1).equals(word);
    }

    /** The number before the first colon; 0 if there is none. */
    private static long number(byte[] line) {
        long number = 0;
        for (int i = 0; i < Math.min(line.length, LONGEST_NUMBER); i++) {
            if (line[i] == ':') {
                return number;
            }
            if (line[i] < '0' || line[i] > '9') {
                return 0;
            }
            number = number * 10 + line[i] - '0';
        }
        return 0;
    }

    private static byte[] content(byte[] line) {
        int colon = 0;
        while (line[colon] != ':') {
            colon++;
        }
        return Arrays.copyOfRange(line, colon + 1, line.length);
    }
}

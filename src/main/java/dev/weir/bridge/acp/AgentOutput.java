package dev.weir.bridge.acp;

import dev.weir.wire.jsonrpc.Envelope;
import dev.weir.wire.jsonrpc.EnvelopeReader;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Makes lines of what the terminal shows, each exactly once and in order. Before the agent's pipeline is ready all is noise; then lines are
 * numbered. After a reconnection the bytes may begin anywhere: before what is known, exactly behind it, or after a gap. The numbers tell
 * which. A line that the connection broke in is never put together from two parts, because what is missing between them cannot be seen;
 * like every other missing line it is asked for, and those behind it wait. One event loop.
 */
final class AgentOutput {
    private static final int NOISE_KEPT = 4096;
    private static final int LONGEST_NUMBER = 12;

    private final LaunchLine launch;
    private final Events events;
    private final Assembly assembly;
    private final StringBuilder noise = new StringBuilder();
    private boolean ready;
    private final Deque<Held> held = new ArrayDeque<>();
    private long heldBytes;
    private long told;
    private long seen;
    private boolean aligned = true;
    private byte[] firstPiece;

    /** A line that waits for those before it. */
    private record Held(long number, Buffer content, boolean whole) {}

    /** What is found. */
    interface Events {
        /** The agent's pipeline runs. */
        void ready();

        /** It cannot. */
        void failed();

        /** A line of the agent's; {@code whole} is false if it is too long, and then it is only its beginning. */
        void line(byte[] line, boolean whole);

        /** A line waits because others before it are missing; {@link #line} will tell it again. {@code bytes} wait in all. */
        void early(byte[] line, boolean whole, long bytes);

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
        aligned = false;
        firstPiece = null;
        noise.setLength(0);
        assembly.takeRest();
    }

    /** Whether lines wait for others that are missing. */
    boolean isMissing() {
        return !held.isEmpty();
    }

    /** The number of the first line that was not told yet. */
    long wanted() {
        return told + 1;
    }

    /** A numbered line from where the output is kept; counts if it is the one that is wanted. */
    void found(byte[] raw, boolean whole) {
        byte[] line = Assembly.stripped(raw);
        if (isMissing() && number(line) == told + 1) {
            told++;
            deliver(content(line), whole);
            tellHeld();
        }
    }

    /** The lines that are missing are nowhere to be had. */
    void giveUp() {
        if (isMissing()) {
            long lost = held.getFirst().number() - told - 1;
            told += lost;
            events.gap(lost);
            tellHeld();
        }
    }

    private void tellHeld() {
        while (!held.isEmpty() && held.getFirst().number() <= told + 1) {
            Held next = held.removeFirst();
            heldBytes -= next.content().length();
            if (next.number() == told + 1) {
                told++;
                deliver(next.content().getBytes(), next.whole());
            }
        }
    }

    void feed(byte[] bytes) {
        if (!ready || !aligned) {
            remember(bytes);
            if (ready && noise.indexOf(launch.freshShell()) >= 0) {
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
        if (number <= seen) {
            return; // told before, or no line of the agent's
        }
        seen = number;
        if (held.isEmpty() && number == told + 1) {
            told = number;
            deliver(content(line), whole);
        } else {
            byte[] content = content(line);
            held.add(new Held(number, Buffer.buffer(content), whole));
            heldBytes += content.length;
            events.early(content, whole, heldBytes);
        }
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
        if (number == seen + 2 && number(firstPiece) == seen + 1 && isAgents(content(firstPiece))) {
            numbered(firstPiece, true);
        }
        firstPiece = null;
        numbered(line, whole);
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

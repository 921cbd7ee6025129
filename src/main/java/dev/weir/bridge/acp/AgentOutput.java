package dev.weir.bridge.acp;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Makes lines of what the terminal shows, each exactly once and in order. Before the agent's pipeline is ready all is noise; then a line
 * counts if its {@link Heading} is the one that is due, and all else is noise, or came before. After a reconnection an
 * {@link OutputAlignment} finds out first where the new bytes begin. A line that the connection broke in is never put together from two
 * parts; like every other missing line it is asked for, and those behind it wait. One event loop.
 */
final class AgentOutput {
    private static final int NOISE_KEPT = 4096;

    private final LaunchLine launch;
    private final Events events;
    private final Assembly assembly;
    private final StringBuilder noise = new StringBuilder();
    private final Deque<Held> held = new ArrayDeque<>();
    private long heldBytes;
    /** What comes next from the terminal, and what is to be told next; the same unless lines are missing. */
    private Heading due;
    private Heading next;
    private OutputAlignment alignment;
    private boolean doubted;

    /** A line that waits for those before it, and what comes behind it. */
    private record Held(Heading heading, Heading after, Buffer content, boolean whole) {}

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

        /** The agent has ended; the code is negative if it is not known. */
        void exited(int code);

        /** The shell has no agent: it took a probe for a command. */
        void freshShell();
    }

    AgentOutput(LaunchLine launch, int maxLine, Events events) {
        this.launch = launch;
        this.events = events;
        this.assembly = new Assembly(maxLine + Heading.LONGEST);
    }

    boolean isReady() {
        return due != null;
    }

    /** The end of what came before the pipeline was ready, without control characters. */
    String noise() {
        return noise.toString().replaceAll("\u001b\\[[0-9;?]*[a-zA-Z]", "").replaceAll("[^ -~]+", " ").strip();
    }

    /** There is a new connection. */
    void reconnected() {
        noise.setLength(0);
        doubted = false;
        assembly.takeRest();
        alignment = new OutputAlignment(due, launch.exit());
    }

    /** Whether lines wait for others that are missing, or are {@link #doubt asked for}. */
    boolean isMissing() {
        return !held.isEmpty() || doubted;
    }

    /** Whether something has come that may be a line, and nothing that tells. */
    boolean isDoubtful() {
        return alignment != null && alignment.hasPassedLine();
    }

    /** If it still is doubtful, the lines that are due are asked for. */
    boolean doubt() {
        doubted = isDoubtful();
        return doubted;
    }

    /** The number of the first line that was not told yet. */
    long wanted() {
        return next.number();
    }

    /** A line from where the output is kept, of {@code length} bytes; counts if it is the one that is wanted. */
    void found(byte[] line, boolean whole, int length) {
        Heading heading = Heading.at(line, 0, line.length);
        if (isMissing() && heading != null && heading.isSamePlace(next)) {
            next = heading.next(length);
            if (due.number() < next.number()) {
                due = next;
            }
            if (alignment != null) {
                alignment.due(due);
            }
            deliver(content(line, heading), whole);
            tellHeld();
        }
    }

    /** The lines that are missing are nowhere to be had. */
    void giveUp() {
        doubted = false;
        if (!held.isEmpty()) {
            Heading following = held.getFirst().heading();
            long lost = following.number() - next.number();
            next = following;
            events.gap(lost);
            tellHeld();
        }
    }

    private void tellHeld() {
        while (!held.isEmpty() && held.getFirst().heading().number() <= next.number()) {
            Held first = held.removeFirst();
            heldBytes -= first.content().length();
            if (first.heading().isSamePlace(next)) {
                next = first.after();
                deliver(first.content().getBytes(), first.whole());
            }
        }
    }

    void feed(byte[] bytes) {
        if (!isReady() || alignment != null) {
            remember(bytes);
            if (noise.indexOf(launch.freshShell()) >= 0) {
                noise.setLength(0);
                events.freshShell();
                return;
            }
        }
        if (alignment == null) {
            assembly.feed(bytes, this::line);
        } else {
            alignment.feed(bytes).ifPresent(this::aligned);
        }
    }

    private void aligned(OutputAlignment.Found found) {
        alignment = null;
        doubted = false;
        due = found.due();
        assembly.feed(found.bytes().getBytes(), this::line);
    }

    private void remember(byte[] bytes) {
        int from = Math.max(0, bytes.length - NOISE_KEPT);
        noise.append(new String(bytes, from, bytes.length - from, StandardCharsets.ISO_8859_1));
        if (noise.length() > NOISE_KEPT) {
            noise.delete(0, noise.length() - NOISE_KEPT);
        }
    }

    private void line(byte[] line, boolean whole) {
        if (!isReady()) {
            begin(line);
            return;
        }
        Heading heading = Heading.at(line, 0, line.length);
        if (heading != null && heading.isSamePlace(due)) {
            due = heading.next(assembly.length());
            numbered(heading, content(line, heading), whole);
        } else if (contains(line, launch.gone())) {
            events.exited(-1);
        }
    }

    private void begin(byte[] line) {
        if (contains(line, launch.ready())) {
            Heading first = Heading.of(1, 0);
            due = first.next(first.length() + launch.ready().length());
            next = due;
            events.ready();
        } else if (contains(line, launch.failed())) {
            events.failed();
        }
    }

    private void numbered(Heading heading, byte[] content, boolean whole) {
        if (held.isEmpty() && heading.isSamePlace(next)) {
            next = due;
            deliver(content, whole);
        } else if (heading.number() > next.number()) {
            held.add(new Held(heading, due, Buffer.buffer(content), whole));
            heldBytes += content.length;
            events.early(content, whole, heldBytes);
        }
    }

    private void deliver(byte[] content, boolean whole) {
        if (startsWith(content, launch.exit())) {
            String code = new String(content, StandardCharsets.ISO_8859_1).substring(launch.exit().length()).strip();
            events.exited(code.matches("[0-9]{1,3}") ? Integer.parseInt(code) : -1);
        } else if (content.length > 0) {
            events.line(content, whole);
        }
    }

    private static byte[] content(byte[] line, Heading heading) {
        return Assembly.stripped(Arrays.copyOfRange(line, heading.length(), line.length));
    }

    private static boolean contains(byte[] line, String word) {
        return line.length < NOISE_KEPT && new String(line, StandardCharsets.ISO_8859_1).contains(word);
    }

    private static boolean startsWith(byte[] content, String word) {
        return content.length >= word.length()
                && new String(content, 0, word.length(), StandardCharsets.ISO_8859_1).equals(word);
    }
}

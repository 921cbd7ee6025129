package dev.weir.bridge.acp;

import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellListener;
import dev.weir.wire.jsonrpc.Envelope;
import dev.weir.wire.jsonrpc.EnvelopeReader;
import dev.weir.wire.shell.ShellStatus;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent in a shell, over broken connections: launches it, finds out after a reconnection whether it is still there and what it had
 * received, and launches it anew where it is not. One event loop.
 */
final class AgentLink implements ShellListener, AgentOutput.Events {
    private static final Logger LOG = LoggerFactory.getLogger(AgentLink.class);
    private static final Duration SIDE_LIMIT = Duration.ofSeconds(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final int MOST_LOOKS = 10;
    private static final long UNKNOWN = Long.MIN_VALUE / 2;

    private enum Phase {
        CONNECTING, LAUNCHING, RESTORING, RUNNING, DETACHED, PROBING, OVER
    }

    private final Vertx vertx;
    private final AgentShells shells;
    private final AcpOptions options;
    private final RandomGenerator random;
    private final Outbox outbox;
    private final AgentNews events;
    private final Reading reading = new Reading();
    private final SideShell side;
    private final Recovery recovery;
    private final List<String> probes = new ArrayList<>();
    private ShellAddress address;
    private AgentShell shell;
    private LaunchLine launch;
    private AgentOutput output;
    private Phase phase = Phase.CONNECTING;
    private boolean settling;
    private boolean replacing;
    private boolean replacedOnce;
    private long direct;
    private long timer = -1;
    private int attempt;

    AgentLink(Context context, AgentShells shells, AcpOptions options, RandomGenerator random, Outbox outbox,
            AgentNews events) {
        this.vertx = context.owner();
        this.shells = shells;
        this.options = options;
        this.random = random;
        this.outbox = outbox;
        this.events = events;
        this.side = new SideShell(vertx, shells);
        this.recovery = new Recovery(vertx, side, reading);
    }

    void connect(ShellAddress where) {
        address = where;
        phase = Phase.CONNECTING;
        shell = shells.open(where, this);
        reading.use(shell);
        outbox.use(shell);
    }

    ShellAddress address() {
        return address;
    }

    Reading reading() {
        return reading;
    }

    boolean isRunning() {
        return phase == Phase.RUNNING;
    }

    /** The agent may be sent what waits. */
    void open() {
        phase = Phase.RUNNING;
        outbox.open(direct);
    }

    /** The machine is being ended: nothing more is for this agent. The result undoes it. */
    Runnable hold() {
        long arrived = outbox.arrived();
        int current = attempt;
        boolean holding = phase == Phase.RUNNING && !outbox.hasUnconfirmed();
        if (holding) {
            outbox.close();
        }
        return () -> {
            if (holding && current == attempt && phase == Phase.RUNNING) {
                outbox.open(arrived);
            }
        };
    }

    /** A line of our own, before all that waits; only between {@link AgentNews#launched} and {@link #open}. */
    void tell(byte[] line) {
        direct++;
        var _ = shell.write(Buffer.buffer(line).appendByte((byte) '\n'));
    }

    /** An id that no client has. */
    String ownId() {
        return launch.nextProbe();
    }

    boolean owns(String id) {
        return launch != null && launch.owns(id);
    }

    /** Asks the agent to end, then ends its shell. */
    Future<Void> terminate() {
        boolean asked = launch != null && output.isReady() && phase != Phase.OVER && phase != Phase.DETACHED;
        close();
        Future<String> heard = asked
                ? side.run(address, launch.terminate(), options.times().end())
                : Future.succeededFuture("");
        return heard.transform(v -> {
            side.close();
            shell.terminate();
            return Future.succeededFuture();
        });
    }

    @Override
    public void attached(ShellAddress where, boolean again) {
        address = where;
        attempt++;
        if (phase == Phase.OVER) {
            return;
        }
        if (again) {
            events.reconnected();
        }
        if (launch == null || phase == Phase.CONNECTING) {
            launch();
        } else if (!output.isReady() || phase == Phase.RESTORING) {
            replaceShell(); // lost in the midst of a start: begin again with a clean one
        } else {
            probe();
        }
    }

    @Override
    public void confirmed(ShellStatus.Confirmed status) {
        if (phase == Phase.PROBING && !status.reconnected()) {
            freshShell();
        } else if (phase == Phase.LAUNCHING && status.reconnected() && options.sharedShell() && !replacedOnce) {
            replaceShell(); // somebody's agent is still in it
        }
    }

    @Override
    public void output(Buffer bytes) {
        if (phase != Phase.OVER && output != null) {
            output.feed(bytes.getBytes());
            recovery.came(address, bytes.length());
        }
    }

    @Override
    public void diagnostics(String text) {
        LOG.info("the shell service says: {}", text);
    }

    @Override
    public void detached(String why) {
        LOG.info("{}; connecting again", why);
        outbox.close();
        recovery.stop();
        vertx.cancelTimer(timer);
        if (phase == Phase.RUNNING || phase == Phase.PROBING) {
            phase = Phase.DETACHED;
        }
    }

    @Override
    public void ended(ShellEnd end) {
        outbox.close();
        vertx.cancelTimer(timer);
        if (replacing && phase != Phase.OVER) {
            replacing = false;
            launch = null;
            connect(address);
        } else {
            close();
            events.ended(end);
        }
    }

    @Override
    public void ready() {
        vertx.cancelTimer(timer);
        direct = 0;
        phase = Phase.RESTORING;
        events.launched();
    }

    @Override
    public void failed() {
        fail("the terminal cannot be made raw (stty, mkdir or mkfifo failed): " + output.noise());
    }

    @Override
    public void line(byte[] line, boolean whole) {
        Envelope envelope = whole ? EnvelopeReader.read(line) : new Envelope.NotJson();
        if (!probed(envelope) && phase != Phase.OVER) {
            events.line(line, whole, envelope);
        }
    }

    @Override
    public void early(byte[] line, boolean whole, long bytes) {
        if (whole && phase == Phase.PROBING) {
            probed(EnvelopeReader.read(line)); // that the agent is there need not wait
        }
        if (phase != Phase.OVER) {
            recovery.start(address);
            recovery.waiting(bytes);
        }
    }

    /** Whether it is the answer to the probe that was sent last. */
    private boolean probed(Envelope envelope) {
        boolean answered = envelope instanceof Envelope.Response answer && !probes.isEmpty()
                && answer.id().equals(probes.getLast());
        if (answered && phase == Phase.PROBING && !settling) {
            settling = true;
            vertx.cancelTimer(timer);
            settle(attempt, 1);
        }
        return answered;
    }

    @Override
    public void gap(long lines) {
        events.gap(lines);
    }

    @Override
    public void exited(int code) {
        if (phase == Phase.OVER) {
            return;
        }
        close();
        side.run(address, launch.errors(), options.times().end())
                .onComplete(words -> events.exited(code, words.succeeded() ? words.result() : ""));
    }

    @Override
    public void freshShell() {
        if (phase != Phase.PROBING) {
            return;
        }
        vertx.cancelTimer(timer);
        outbox.close();
        outbox.forgetUnconfirmed();
        recovery.stop();
        events.vanished();
        launch();
    }

    private void launch() {
        launch = LaunchLine.fresh(random);
        output = new AgentOutput(launch, options.maxLine(), this);
        recovery.use(launch, output, options.maxLine());
        probes.clear();
        phase = Phase.LAUNCHING;
        var _ = shell.write(Buffer.buffer(launch.text(options.command())));
        after(options.times().start(), () -> {
            if (options.sharedShell() && !replacedOnce) {
                replaceShell();
            } else {
                fail("the agent's start was not seen in " + options.times().start().toSeconds() + " s: "
                        + output.noise());
            }
        });
    }

    private void replaceShell() {
        replacing = true;
        replacedOnce = true;
        vertx.cancelTimer(timer);
        shell.terminate();
    }

    private void probe() {
        phase = Phase.PROBING;
        settling = false;
        output.reconnected();
        recovery.start(address);
        String id = launch.nextProbe();
        probes.add(id);
        var _ = shell.write(Buffer.buffer(launch.probe(id)));
        after(options.times().probe(), () -> look(attempt, 0));
    }

    /** No answer: the agent may be gone, or only be busy; typing a command line at one that is there would be worse than waiting. */
    private void look(int current, int failures) {
        side.run(address, launch.alive(), SIDE_LIMIT).onComplete(seen -> {
            if (current != attempt || phase != Phase.PROBING || settling) {
                return;
            }
            if (seen.failed() && failures == MOST_LOOKS) {
                fail("whether the agent is still there cannot be found out");
            } else if (seen.failed() || seen.result().endsWith("alive")) {
                after(options.times().probe(), () -> look(current, seen.failed() ? failures + 1 : 0));
            } else {
                freshShell();
            }
        });
    }

    /** The agent is still there: which of the unconfirmed lines did it get? */
    private void settle(int current, int look) {
        if (!outbox.hasUnconfirmed() && probes.size() == 1 && outbox.arrived() >= 0) {
            resume(outbox.arrived() + 2);
            return;
        }
        side.run(address, launch.noted(), SIDE_LIMIT).onComplete(noted -> {
            if (current != attempt || phase != Phase.PROBING) {
                return; // lost again meanwhile; the next connection asks again
            }
            String text = noted.succeeded() ? noted.result() : "";
            OptionalLong now = place(text, probes.getLast());
            OptionalLong first = probes.stream().map(probe -> place(text, probe)).filter(OptionalLong::isPresent)
                    .mapToLong(OptionalLong::getAsLong).min();
            if (now.isEmpty() && look < MOST_LOOKS) {
                after(LOOK_AGAIN, () -> settle(current, look + 1));
            } else if (now.isEmpty() || outbox.arrived() < 0 || first.getAsLong() - outbox.arrived() < 2) {
                events.undelivered(outbox.forgetUnconfirmed());
                resume(now.orElse(UNKNOWN));
            } else {
                outbox.settle(first.getAsLong() - outbox.arrived() - 2);
                resume(now.getAsLong());
            }
        });
    }

    private void resume(long arrived) {
        probes.clear();
        phase = Phase.RUNNING;
        outbox.open(arrived);
    }

    /** The number of the line that a probe came in, by what is noted inside the VM. */
    private static OptionalLong place(String noted, String probe) {
        return noted.lines().filter(line -> line.endsWith(":\"id\":" + probe))
                .map(line -> line.substring(0, line.indexOf(':'))).filter(number -> number.matches("[0-9]{1,18}"))
                .mapToLong(Long::parseLong).findFirst();
    }

    private void close() {
        phase = Phase.OVER;
        vertx.cancelTimer(timer);
        outbox.close();
        recovery.stop();
    }

    private void fail(String why) {
        close();
        events.unlaunchable(why);
    }

    private void after(Duration pause, Runnable action) {
        vertx.cancelTimer(timer);
        timer = vertx.setTimer(pause.toMillis(), id -> action.run());
    }

    /** For a log line: at most {@code most} printable characters. */
    static String printable(byte[] text, int most) {
        return new String(text, 0, Math.min(most, text.length), StandardCharsets.UTF_8).replaceAll("[^ -~]", "?");
    }
}

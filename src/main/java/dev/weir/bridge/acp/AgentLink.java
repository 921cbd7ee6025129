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
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent in a shell, over broken connections: launches it, has a {@link Reunion} find out after a reconnection whether it is still there
 * and what it had received, and launches it anew where it is not. The launch line is typed only into a shell that has shown itself to be
 * one: a new one, or one that took a probe for a command. One event loop.
 */
final class AgentLink implements ShellListener, AgentOutput.Events, Reunion.Outcome {
    private static final Logger LOG = LoggerFactory.getLogger(AgentLink.class);
    /** For a shell that may have somebody's agent in it to show that it has none. */
    private static final Duration SHOW = Duration.ofSeconds(3);
    private static final int MOST_REPLACED = 4;

    private enum Phase {
        CONNECTING, LOOKING, LAUNCHING, RESTORING, RUNNING, DETACHED, PROBING, REPLACING, EXITING, OVER
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
    private final Reunion reunion;
    private ShellAddress address;
    private AgentShell shell;
    private LaunchLine launch;
    private AgentOutput output;
    private Phase phase = Phase.CONNECTING;
    private int replaced;
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
        this.reunion = new Reunion(vertx, side, options.times(), outbox, this);
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
        if (phase == Phase.RESTORING) {
            phase = Phase.RUNNING;
            replaced = 0;
            outbox.open(direct);
        }
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

    /** Asks the agent to end and waits until it has, within a limit, then ends its shell. */
    Future<Void> terminate() {
        boolean asked = launch != null && output.isReady() && phase != Phase.OVER && phase != Phase.EXITING
                && phase != Phase.DETACHED;
        over();
        Future<Void> heard = asked ? askToEnd(launch.end(tenths())) : Future.succeededFuture();
        return heard.map(v -> {
            side.close();
            shell.terminate();
            return null;
        });
    }

    @Override
    public void attached(ShellAddress where, boolean again) {
        address = where;
        attempt++;
        if (again && phase != Phase.OVER) {
            events.reconnected();
        }
        switch (phase) {
            case CONNECTING, LOOKING -> {
                if (options.sharedShell()) {
                    look();
                } else {
                    launch();
                }
            }
            case LAUNCHING, RESTORING -> replaceShell(); // lost in the midst of a start: begin again with a clean one
            case RUNNING, DETACHED, PROBING -> {
                phase = Phase.PROBING;
                output.reconnected();
                recovery.start(address);
                reunion.begin(launch, shell, address);
            }
            case REPLACING, EXITING, OVER -> LOG.debug("connected to a shell that is being left");
        }
    }

    @Override
    public void confirmed(ShellStatus.Confirmed status) {
        if (phase == Phase.PROBING && !status.reconnected()) {
            freshShell();
        } else if (phase == Phase.LOOKING && status.reconnected() && replaced == 0) {
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
        reunion.stop();
        vertx.cancelTimer(timer);
        if (phase == Phase.RUNNING || phase == Phase.PROBING) {
            phase = Phase.DETACHED;
        } else if (phase == Phase.RESTORING) {
            events.interrupted();
        }
    }

    @Override
    public void ended(ShellEnd end) {
        outbox.close();
        recovery.stop();
        reunion.stop();
        vertx.cancelTimer(timer);
        boolean left = end instanceof ShellEnd.Left || end instanceof ShellEnd.Exited;
        if (phase == Phase.REPLACING && left) {
            // A service may keep what we have ended; in a shell of another name there is nothing of it.
            connect(options.sharedShell() ? address : address.sibling("weir-" + UUID.randomUUID()));
        } else if (phase != Phase.EXITING) {
            over();
            events.ended(end);
        }
    }

    @Override
    public void ready() {
        if (phase == Phase.LAUNCHING) {
            vertx.cancelTimer(timer);
            direct = 0;
            phase = Phase.RESTORING;
            events.launched();
        }
    }

    @Override
    public void failed() {
        fail("the terminal cannot be made raw (stty, mkdir or mkfifo failed): " + output.noise());
    }

    @Override
    public void line(byte[] line, boolean whole) {
        Envelope envelope = whole ? EnvelopeReader.read(line) : new Envelope.NotJson();
        boolean ours = envelope instanceof Envelope.Response answer && reunion.answers(answer.id());
        if (!ours && phase != Phase.OVER) {
            events.line(line, whole, envelope);
        }
    }

    @Override
    public void early(byte[] line, boolean whole, long bytes) {
        if (whole && EnvelopeReader.read(line) instanceof Envelope.Response answer) {
            reunion.answers(answer.id()); // that the agent is there need not wait
        }
        if (phase != Phase.OVER) {
            recovery.start(address);
            recovery.waiting(bytes);
        }
    }

    @Override
    public void gap(long lines) {
        events.gap(lines);
    }

    @Override
    public void exited(int code) {
        if (phase == Phase.OVER || phase == Phase.EXITING) {
            return;
        }
        over();
        phase = Phase.EXITING;
        side.run(address, launch.farewell(), options.times().end().multipliedBy(2))
                .onComplete(words -> events.exited(code, words.succeeded() ? words.result() : ""));
    }

    @Override
    public void freshShell() {
        if (phase == Phase.PROBING) {
            vanish();
            launch();
        } else if (phase == Phase.LOOKING) {
            launch();
        }
    }

    @Override
    public void same(long arrived, List<Outbox.Entry> doubtful) {
        if (!doubtful.isEmpty()) {
            events.undelivered(doubtful);
        }
        phase = Phase.RUNNING;
        outbox.open(arrived);
    }

    @Override
    public void gone() {
        vanish();
        replaceShell(); // it has not shown itself to be fresh, so nothing is typed into it
    }

    @Override
    public void unknown() {
        fail("whether the agent is still there cannot be found out");
    }

    private void vanish() {
        reunion.forget();
        recovery.stop();
        outbox.close();
        outbox.forgetUnconfirmed();
        events.vanished();
    }

    /** Another bridge may have left an agent in it: only a shell takes a probe for a command. */
    private void look() {
        phase = Phase.LOOKING;
        launch = LaunchLine.fresh(random);
        output = new AgentOutput(launch, options.maxLine(), this);
        var _ = shell.write(Buffer.buffer(launch.probe(launch.nextProbe())));
        Duration start = options.times().start();
        after(replaced == 0 && SHOW.compareTo(start) < 0 ? SHOW : start, this::replaceShell);
    }

    private void launch() {
        launch = LaunchLine.fresh(random);
        output = new AgentOutput(launch, options.maxLine(), this);
        recovery.use(launch, output, options.maxLine());
        phase = Phase.LAUNCHING;
        var _ = shell.write(Buffer.buffer(launch.text(options.command())));
        after(options.times().start(), () -> fail("the agent's start was not seen in "
                + options.times().start().toSeconds() + " s: " + output.noise()));
    }

    private void replaceShell() {
        replaced++;
        if (replaced > MOST_REPLACED) {
            fail("every start of the agent was broken off: " + output.noise());
            return;
        }
        phase = Phase.REPLACING;
        vertx.cancelTimer(timer);
        askToEnd(options.sharedShell() ? LaunchLine.endAll(tenths()) : launch.end(tenths())).onComplete(v -> {
            if (phase == Phase.REPLACING) {
                shell.terminate();
            }
        });
    }

    /** Completes when that is done, or is not done in time. */
    private Future<Void> askToEnd(String commands) {
        return side.run(address, commands, options.times().end().multipliedBy(2))
                .transform(v -> Future.succeededFuture());
    }

    private int tenths() {
        return (int) Math.max(1, options.times().end().toMillis() / 100);
    }

    private void fail(String why) {
        over();
        events.unlaunchable(why);
    }

    private void over() {
        phase = Phase.OVER;
        outbox.close();
        recovery.stop();
        reunion.stop();
        vertx.cancelTimer(timer);
    }

    private void after(Duration pause, Runnable action) {
        vertx.cancelTimer(timer);
        timer = vertx.setTimer(pause.toMillis(), id -> action.run());
    }
}

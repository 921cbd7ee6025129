package dev.weir.bridge.acp;

import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.ShellAddress;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Finds out after a reconnection whether the agent is still there, and which of the lines that the service has not confirmed it got. A
 * probe is typed. What answers it is the agent; one that is busy is found by its process, in a second shell, and waited for as long as
 * that lives. What is noted inside the VM tells at which line the probe came, and so what had come before it. One event loop.
 */
final class Reunion {
    private static final Duration SIDE_LIMIT = Duration.ofSeconds(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final int MOST_DOUBLINGS = 10;
    /** Looks for a probe that the agent has answered, so that it must be noted; and for an agent that says nothing. */
    private static final int MOST_LOOKS = 5;
    private static final int MOST_BLIND_LOOKS = 20;
    private static final long UNKNOWN = Long.MIN_VALUE / 2;

    private final Vertx vertx;
    private final SideShell side;
    private final AcpOptions.Times times;
    private final Outbox outbox;
    private final Outcome outcome;
    private final List<String> probes = new ArrayList<>();
    private LaunchLine launch;
    private ShellAddress address;
    private boolean asking;
    private boolean answered;
    private int attempt;
    private int looks;
    private int blind;
    private long timer = -1;

    /** What comes of it: one of these, once, unless it is stopped. */
    interface Outcome {
        /**
         * It is the same agent.
         *
         * @param arrived how many lines it got; negative if that is not known
         * @param doubtful lines of which it cannot be told, and which are given up
         */
        void same(long arrived, List<Outbox.Entry> doubtful);

        /** It is another machine. */
        void gone();

        /** It has ended; the code is negative if it is not known. */
        void exited(int code);

        /** Nothing can be found out. */
        void unknown();
    }

    Reunion(Vertx vertx, SideShell side, AcpOptions.Times times, Outbox outbox, Outcome outcome) {
        this.vertx = vertx;
        this.side = side;
        this.times = times;
        this.outbox = outbox;
        this.outcome = outcome;
    }

    /** There is a connection to the shell that the agent was launched in. */
    void begin(LaunchLine agent, AgentShell shell, ShellAddress where) {
        stop();
        launch = agent;
        address = where;
        asking = true;
        answered = false;
        looks = 0;
        blind = 0;
        String id = agent.nextProbe();
        probes.add(id);
        var _ = shell.write(Buffer.buffer(agent.probe(id)));
        after(times.probe(), this::look);
    }

    /** Whether this is the answer to our last probe. */
    boolean answers(String id) {
        if (probes.isEmpty() || !id.equals(probes.getLast())) {
            return false;
        }
        if (asking && !answered) {
            answered = true;
            vertx.cancelTimer(timer);
            if (!outbox.hasUnconfirmed() && probes.size() == 1 && outbox.arrived() >= 0) {
                same(outbox.arrived() + 2, List.of());
            } else {
                look();
            }
        }
        return true;
    }

    /** The connection is lost again; the next one asks again. */
    void stop() {
        asking = false;
        attempt++;
        vertx.cancelTimer(timer);
    }

    /** There is no such agent any more. */
    void forget() {
        stop();
        probes.clear();
    }

    private void look() {
        int current = attempt;
        side.run(address, launch.look(), SIDE_LIMIT).onComplete(seen -> {
            if (current == attempt) {
                AgentState.of(seen.succeeded() ? seen.result() : "").ifPresentOrElse(this::judge, this::sawNothing);
            }
        });
    }

    private void judge(AgentState state) {
        blind = 0;
        OptionalLong now = state.place(probes.getLast());
        if (state.condition() == AgentState.Condition.ENDED) {
            stop();
            outcome.exited(state.code());
        } else if (state.condition() == AgentState.Condition.GONE && !answered) {
            stop();
            outcome.gone();
        } else if (now.isPresent()) {
            settle(state, now.getAsLong());
        } else if (answered && ++looks >= MOST_LOOKS) {
            same(UNKNOWN, outbox.forgetUnconfirmed());
        } else {
            lookAgain(answered ? looks : ++looks);
        }
    }

    private void sawNothing() {
        blind++;
        if (answered && blind >= MOST_LOOKS) {
            same(UNKNOWN, outbox.forgetUnconfirmed());
        } else if (blind >= MOST_BLIND_LOOKS) {
            stop();
            outcome.unknown();
        } else {
            lookAgain(blind);
        }
    }

    private void lookAgain(int times) {
        Duration pause = LOOK_AGAIN.multipliedBy(1L << Math.min(times - 1, MOST_DOUBLINGS));
        after(pause.compareTo(this.times.probe()) < 0 ? pause : this.times.probe(), this::look);
    }

    /** Each probe is the second of two lines; the first of them ends what was half typed. */
    private void settle(AgentState state, long now) {
        long first = probes.stream().map(state::place).flatMapToLong(OptionalLong::stream).min().orElse(now);
        long more = first - outbox.arrived() - 2;
        if (outbox.arrived() < 0 || more < 0) {
            same(now, outbox.forgetUnconfirmed());
        } else {
            outbox.settle(more);
            same(now, List.of());
        }
    }

    private void same(long arrived, List<Outbox.Entry> doubtful) {
        forget();
        outcome.same(arrived, doubtful);
    }

    private void after(Duration pause, Runnable action) {
        vertx.cancelTimer(timer);
        timer = vertx.setTimer(pause.toMillis(), id -> action.run());
    }
}

package dev.weir.feature.agent;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Single commands in the microVMs of one AgentCore runtime (InvokeAgentRuntimeCommand): no terminal, no input, an exit code. */
public interface AgentCommands {
    /**
     * Starts a command in a shell of its own, and the microVM where there is none; that may take minutes. Never throws for what goes
     * wrong, see {@link Running#end}. A command may have effects, so a call that AgentCore may have taken is never repeated; only
     * refusals that prove that nothing was run are (conflict while provisioning, throttling, no connection).
     */
    Running run(AgentCommand command, Output output);

    /**
     * Told what the command says, as the bytes it said as far as AgentCore keeps them, which is in pieces cut anywhere. One call at a time,
     * on one event loop, in the order in which AgentCore tells it, all before {@link Running#end}.
     */
    interface Output {
        void stdout(Buffer bytes);

        void stderr(Buffer bytes);
    }

    /** A command on its way. Safe from any thread. */
    interface Running {
        /**
         * How it ended. Fails with {@code Invalid}, {@code Unauthenticated}, {@code Forbidden}, {@code NotFound} or {@code QuotaExceeded}
         * if AgentCore refused it; with {@code Unavailable}, {@code UpstreamFailed} or {@code UpstreamTimeout} if it failed, was not
         * reached, broke off, or said nothing for longer than the command may take: then the command may have been run, or still run.
         */
        Future<CommandEnd> end();

        /** Stops reading from the network until {@link #resume}: the command is held up, nothing is dropped. Up to one network buffer may still come. */
        void pause();

        void resume();

        /** Gives it up, upon which AgentCore may end it; {@link #end} fails with {@code Conflict} unless it has ended already. */
        void abandon();
    }
}

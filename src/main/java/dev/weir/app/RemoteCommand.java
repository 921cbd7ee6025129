package dev.weir.app;

import dev.weir.bridge.terminal.Outlet;
import dev.weir.feature.agent.AgentCommand;
import dev.weir.feature.agent.AgentCommands;
import dev.weir.feature.agent.CommandEnd;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/** One command whose output is ours. */
final class RemoteCommand {
    /** As of GNU timeout. */
    private static final int TIMED_OUT = 124;
    /** As of a program that SIGPIPE ended. */
    private static final int NOBODY_READS = 141;
    private static final int WRITE_SECONDS = 3600;

    private RemoteCommand() {}

    /** Runs it and returns its exit code; throws the problem if there is none. */
    static int run(AgentCommands commands, AgentCommand command) {
        Promise<AgentCommands.Running> running = Promise.promise();
        AtomicBoolean unread = new AtomicBoolean();
        Outlet outlet = new Outlet(new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err),
                new Outlet.Valve() {
                    @Override
                    public void pause() {
                        running.future().onSuccess(AgentCommands.Running::pause);
                    }

                    @Override
                    public void resume() {
                        running.future().onSuccess(AgentCommands.Running::resume);
                    }

                    @Override
                    public void broken() {
                        unread.set(true);
                        running.future().onSuccess(AgentCommands.Running::abandon);
                    }
                });
        running.complete(commands.run(command, new AgentCommands.Output() {
            @Override
            public void stdout(Buffer bytes) {
                outlet.out(bytes);
            }

            @Override
            public void stderr(Buffer bytes) {
                outlet.err(bytes);
            }
        }));
        try {
            CommandEnd end = running.future().compose(AgentCommands.Running::end).await();
            return end instanceof CommandEnd.Exited(int code) ? code : TIMED_OUT;
        } catch (RuntimeException failure) {
            if (unread.get()) {
                return NOBODY_READS;
            }
            throw failure;
        } finally {
            outlet.close(WRITE_SECONDS);
        }
    }
}

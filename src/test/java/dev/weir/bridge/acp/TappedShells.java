package dev.weir.bridge.acp;

import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellListener;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Shells of which is kept what is typed into them. */
record TappedShells(AgentShells shells, List<Buffer> typed) implements AgentShells {
    TappedShells(AgentShells shells) {
        this(shells, new CopyOnWriteArrayList<>());
    }

    /** Whether a byte of this value was typed. */
    boolean has(int value) {
        for (Buffer each : typed) {
            for (byte one : each.getBytes()) {
                if (one == value) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public AgentShell open(ShellAddress address, ShellListener listener) {
        return new Tap(shells.open(address, listener));
    }

    @Override
    public Future<Void> stop(String session) {
        return shells.stop(session);
    }

    private final class Tap implements AgentShell {
        private final AgentShell shell;

        Tap(AgentShell shell) {
            this.shell = shell;
        }

        @Override
        public Future<Void> write(Buffer bytes) {
            typed.add(bytes);
            return shell.write(bytes);
        }

        @Override
        public Future<Void> confirm() {
            return shell.confirm();
        }

        @Override
        public void resize(int columns, int rows) {
            shell.resize(columns, rows);
        }

        @Override
        public void pause() {
            shell.pause();
        }

        @Override
        public void resume() {
            shell.resume();
        }

        @Override
        public void detach() {
            shell.detach();
        }

        @Override
        public void terminate() {
            shell.terminate();
        }
    }
}

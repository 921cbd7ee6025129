package dev.weir.bridge.acp;

import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellListener;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Shells that do nothing but what the test says to their listener, once each is opened. */
record ScriptedShells(Vertx vertx, Consumer<ShellListener> script, AtomicInteger terminated) implements AgentShells {
    ScriptedShells(Vertx vertx, Consumer<ShellListener> script) {
        this(vertx, script, new AtomicInteger());
    }

    @Override
    public AgentShell open(ShellAddress address, ShellListener listener) {
        vertx.getOrCreateContext().runOnContext(v -> script.accept(listener));
        return new Silent(vertx, listener, terminated);
    }

    @Override
    public Future<Void> stop(String session) {
        return Future.succeededFuture();
    }

    private record Silent(Vertx vertx, ShellListener listener, AtomicInteger terminated) implements AgentShell {
        @Override
        public Future<Void> write(Buffer bytes) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> confirm() {
            return Future.succeededFuture();
        }

        @Override
        public void resize(int columns, int rows) {
            // there is no terminal
        }

        @Override
        public void pause() {
            // nothing comes
        }

        @Override
        public void resume() {
            // nothing comes
        }

        @Override
        public void detach() {
            // there is nobody
        }

        @Override
        public void terminate() {
            terminated.incrementAndGet();
            vertx.getOrCreateContext().runOnContext(v -> listener.ended(new ShellEnd.Left()));
        }
    }
}

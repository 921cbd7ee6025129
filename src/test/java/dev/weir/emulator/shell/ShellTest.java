package dev.weir.emulator.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellTest {
    @TempDir
    Path dir;

    @Test
    void whoComesWhenItHasJustEndedIsToldSo() throws Exception {
        Vertx vertx = Vertx.vertx();
        Context context = ((VertxInternal) vertx).createEventLoopContext();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        CompletableFuture<Integer> told = new CompletableFuture<>();
        Shell shell = Shell.start("one", vertx, context, dir, () -> ended.complete(null));
        context.runOnContext(_ -> shell.type(Buffer.buffer("exit 3\n")));
        ended.get(20, TimeUnit.SECONDS);
        context.runOnContext(_ -> shell.attach(new Latecomer(told), true, true));
        assertThat(told.get(10, TimeUnit.SECONDS)).isEqualTo(3);
        vertx.close().await();
    }

    private record Latecomer(CompletableFuture<Integer> told) implements Shell.Viewer {
        @Override
        public boolean output(Buffer bytes) {
            return true;
        }

        @Override
        public void typable() {
            // types nothing
        }

        @Override
        public void replaced() {
            told.completeExceptionally(new IllegalStateException("replaced"));
        }

        @Override
        public void exited(int code) {
            told.complete(code);
        }

        @Override
        public void hungUp() {
            told.completeExceptionally(new IllegalStateException("hung up"));
        }
    }
}

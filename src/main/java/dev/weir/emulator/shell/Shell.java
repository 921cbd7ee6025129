package dev.weir.emulator.shell;

import dev.weir.wire.shell.ShellLimits;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** One shell of a microVM, and the one connection that has it, if any. One event loop. */
public final class Shell {
    private static final int MOST_UNTYPED = 256 * 1024;

    private final String id;
    private final Context context;
    private final Ring ring = new Ring(ShellLimits.REPLAY);
    private final Runnable onEnd;
    private Terminal terminal;
    private Viewer viewer;
    private long detachedAt;
    private long untyped;
    private boolean owing;
    private boolean claimed;
    private OptionalInt exitCode = OptionalInt.empty();
    private volatile boolean over;

    /** A connection to the shell. */
    public interface Viewer {
        /** Output; false if it should not go on until {@link Shell#drained}. */
        boolean output(Buffer bytes);

        /** There is room again for what is typed. */
        void typable();

        /** Another connection has the shell now. */
        void replaced();

        /** The program has ended. */
        void exited(int code);

        /** The machine is going down. */
        void hungUp();
    }

    /**
     * What a connection finds.
     *
     * @param replay output that it may not have seen
     * @param dropped how much of the output made while nobody was connected is lost
     */
    public record Past(boolean existed, Buffer replay, OptionalLong dropped) {}

    private Shell(String id, Context context, Runnable onEnd) {
        this.id = id;
        this.context = context;
        this.onEnd = onEnd;
    }

    /** Starts it; blocking, off the event loop. {@code onEnd} comes on {@code context}, once. */
    static Shell start(String id, Vertx vertx, Context context, Path directory, Runnable onEnd) throws IOException {
        Shell shell = new Shell(id, context, onEnd);
        shell.terminal = Terminal.open(directory, shell.new FromTerminal());
        shell.terminal.run();
        return shell;
    }

    /** The name it is known by in its session. */
    public String id() {
        return id;
    }

    /** Whether another connection is just being made: then this one is a conflict. */
    public boolean claim() {
        boolean free = !claimed;
        claimed = true;
        return free;
    }

    /** The connection was not made after all. */
    public void unclaim() {
        claimed = false;
    }

    /** Takes the shell over. {@code all}: replay all that is kept, and not only what was put out while nobody was connected. */
    public Past attach(Viewer newcomer, boolean existed, boolean all) {
        claimed = false;
        if (viewer != null) {
            viewer.replaced();
            detachedAt = ring.total();
        }
        viewer = newcomer;
        long dropped = Math.max(0, ring.oldest() - detachedAt);
        Past past = new Past(existed, ring.since(all ? 0 : detachedAt),
                existed ? OptionalLong.of(dropped) : OptionalLong.empty());
        drained();
        exitCode.ifPresent(code -> context.runOnContext(_ -> newcomer.exited(code))); // it ended while this one came
        return past;
    }

    /** The connection is gone; the program goes on. */
    public void detach(Viewer gone) {
        if (gone.equals(viewer)) {
            viewer = null;
            detachedAt = ring.total();
            drained();
        }
    }

    /** Passes typed bytes on; false when no more should come until {@link Viewer#typable}. */
    public boolean type(Buffer bytes) {
        untyped += bytes.length();
        terminal.type(bytes.getBytes());
        return untyped < MOST_UNTYPED;
    }

    /** Whether what was typed is still waiting in bulk. */
    public boolean isTypable() {
        return untyped < MOST_UNTYPED;
    }

    public void resize(int columns, int rows) {
        terminal.resize(columns, rows);
    }

    /** The connection can take output again. */
    public void drained() {
        if (owing) {
            owing = false;
            terminal.take();
        }
    }

    /** Ends program and shell; {@link Viewer#exited} follows. */
    public void hangUp() {
        drained();
        Thread.ofVirtual().name("shell-hang-up").start(() -> {
            try {
                terminal.hangUp();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** The machine goes down: nothing may be left running when this returns. */
    void kill() {
        if (viewer != null) {
            viewer.hungUp();
            viewer = null;
        }
        over = true;
        terminal.kill();
    }

    private void exited(int code) {
        if (!over) {
            over = true;
            exitCode = OptionalInt.of(code);
            onEnd.run();
            if (viewer != null) {
                viewer.exited(code);
            }
        }
    }

    private void came(byte[] bytes) {
        ring.add(bytes);
        owing = true;
        if (viewer == null || viewer.output(Buffer.buffer(bytes))) {
            drained();
        }
    }

    /** From the terminal's threads to the event loop. */
    private final class FromTerminal implements Terminal.Events {
        @Override
        public void output(byte[] bytes) {
            onLoop(() -> came(bytes));
        }

        @Override
        public void typed(int bytes) {
            onLoop(() -> {
                untyped = bytes == 0 ? 0 : untyped - bytes;
                if (viewer != null && isTypable()) {
                    viewer.typable();
                }
            });
        }

        @Override
        public void exited(int code) {
            onLoop(() -> Shell.this.exited(code));
        }

        /** After the machine's end the loop may be gone. */
        private void onLoop(Runnable action) {
            if (!over) {
                context.runOnContext(_ -> action.run());
            }
        }
    }
}

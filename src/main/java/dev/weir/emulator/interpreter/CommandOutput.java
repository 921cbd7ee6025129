package dev.weir.emulator.interpreter;

import dev.weir.emulator.interpreter.Pieces.Piece;
import dev.weir.emulator.shell.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** A command whose output goes into pieces as fast as they are taken. */
final class CommandOutput implements Command.Events, Toolbox.Running {
    private final Pieces pieces;
    private final Supplier<String> note;
    private final Command command;

    /** Started, and silent until {@link #run}. */
    CommandOutput(String line, Path work, Pieces pieces, Supplier<String> note) throws IOException {
        this.pieces = pieces;
        this.note = note;
        this.command = Command.open(line, work, this);
    }

    void run() {
        command.run();
    }

    @Override
    public void kill() {
        command.kill();
    }

    @Override
    public void output(String stream, String text) {
        put(new Piece.Text(stream.equals("stderr"), text));
        command.take();
    }

    @Override
    public void exited(int code) {
        put(new Piece.End(code, note.get()));
    }

    private void put(Piece piece) {
        try {
            pieces.put(piece);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

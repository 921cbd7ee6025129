package dev.weir.emulator.interpreter;

import dev.weir.emulator.interpreter.Pieces.Piece;
import dev.weir.emulator.shell.Command;
import java.io.IOException;
import java.nio.file.Path;

/** A command whose output goes into pieces as fast as they are taken. */
final class CommandOutput implements Command.Events, Toolbox.Running {
    private final Pieces pieces;
    private final Command command;

    /** Started, and silent until {@link #run}. */
    CommandOutput(String line, Path work, Pieces pieces) throws IOException {
        this.pieces = pieces;
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
        pieces.put(new Piece.Text(stream.equals("stderr"), text));
        command.take();
    }

    @Override
    public void exited(int code) {
        pieces.put(new Piece.End(code, ""));
    }
}

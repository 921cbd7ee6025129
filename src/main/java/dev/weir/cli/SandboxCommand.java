package dev.weir.cli;

import dev.weir.app.Sandbox;
import dev.weir.app.SandboxSignals;
import dev.weir.app.SandboxTarget;
import dev.weir.cli.sandbox.SandboxLine;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code weir sandbox}. Its words follow rules of their own, so they are not read here; and nobody waits for the tree of commands when this
 * one is called by its name.
 */
@Command(name = "sandbox", customSynopsis = "weir sandbox run|start|exec|stop|help ...")
final class SandboxCommand implements Callable<Integer> {
    private final ToIntFunction<List<String>> line;

    @Unmatched
    private List<String> words = new ArrayList<>();

    private SandboxCommand(ToIntFunction<List<String>> line) {
        this.line = line;
    }

    /** @param line takes the words as they are; its result is the exit code */
    static CommandLine of(ToIntFunction<List<String>> line) {
        return new CommandLine(new SandboxCommand(line)).setStopAtUnmatched(true);
    }

    /** The exit code. */
    static int run(List<String> words, Map<String, String> environment) {
        Logging.off();
        SandboxSignals signals = SandboxSignals.ofProcess();
        return new SandboxLine(environment, System.in, new FileOutputStream(FileDescriptor.out), new PrintStream(
                new FileOutputStream(FileDescriptor.err), false, StandardCharsets.UTF_8),
                name -> SandboxTarget.hasProfile(name), output -> signals.listen(output),
                (order, output) -> Sandbox.run(order, output, signals)).run(words);
    }

    @Override
    public Integer call() {
        return line.applyAsInt(words);
    }
}

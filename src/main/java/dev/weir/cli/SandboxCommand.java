package dev.weir.cli;

import dev.weir.app.Sandbox;
import dev.weir.app.SandboxOrder;
import dev.weir.app.SandboxTarget;
import dev.weir.cli.sandbox.SandboxLine;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code weir sandbox}. Its words follow rules of their own, so they are not read here; and nobody waits for the tree of commands when this
 * one is called by its name.
 */
@Command(name = "sandbox", customSynopsis = "weir sandbox run|start|exec|stop|help ...")
final class SandboxCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Unmatched
    private List<String> words = List.of();

    SandboxCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The exit code. */
    static int run(List<String> words, Map<String, String> environment) {
        Logging.off();
        return new SandboxLine(environment, System.in, stream(FileDescriptor.out), stream(FileDescriptor.err),
                name -> SandboxTarget.hasProfile(name), (SandboxOrder order) -> Sandbox.run(order)).run(words);
    }

    @Override
    public Integer call() {
        return run(words, environment);
    }

    private static PrintStream stream(FileDescriptor where) {
        return new PrintStream(new FileOutputStream(where), false, StandardCharsets.UTF_8);
    }
}

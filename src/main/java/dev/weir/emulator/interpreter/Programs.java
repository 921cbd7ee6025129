package dev.weir.emulator.interpreter;

import dev.weir.emulator.session.AwsFault;
import dev.weir.emulator.shell.ProcessTree;
import dev.weir.runner.PythonInterpreter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The machine's own language runtimes, looked up when they are first asked for. Blocking. */
final class Programs {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MAX_VERSION = 100;
    private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\.(\\d+)\\..*", Pattern.DOTALL);
    private static final int TYPES = 22 * 1_000 + 6;

    private String python = "";
    private Optional<Optional<Path>> node = Optional.empty();
    private int nodeVersion;

    synchronized String python() {
        if (python.isEmpty()) {
            python = PythonInterpreter.locate("python3");
        }
        return python;
    }

    /** What {@code command} runs a program with; a ValidationException says what is missing here. */
    Path of(ToolOrder.ExecuteCode order) {
        return order.runtime().equals("deno") ? deno() : node(order.language().equals("typescript"));
    }

    private static Path deno() {
        return find("deno").orElseThrow(() -> AwsFault.invalid("runtime",
                "the runtime deno is not installed on this machine; pass runtime nodejs"));
    }

    private synchronized Path node(boolean typed) {
        if (node.isEmpty()) {
            node = Optional.of(find("node"));
            nodeVersion = node.get().map(program -> version(program, LIMIT)).orElse(0);
        }
        Path program = node.get().orElseThrow(() -> AwsFault.invalid("runtime",
                "the runtime nodejs is not installed on this machine (there is no node on the PATH)"));
        if (typed && nodeVersion < TYPES) {
            throw AwsFault.invalid("runtime", "the node of this machine is too old for typescript: it needs 22.6 or "
                    + "newer (--experimental-strip-types)");
        }
        return program;
    }

    /** Thousands and minor, as 22006 for 22.6; 0 if it does not say within {@code limit}. */
    static int version(Path program, Duration limit) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version")
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            process.getOutputStream().close();
            CompletableFuture<String> said = new CompletableFuture<>();
            Thread.ofVirtual().name("program-version").start(() -> said.complete(output(process)));
            try {
                Matcher version = VERSION.matcher(said.get(limit.toMillis(), TimeUnit.MILLISECONDS));
                return version.matches()
                        ? Integer.parseInt(version.group(1)) * 1_000 + Integer.parseInt(version.group(2))
                        : 0;
            } finally {
                ProcessTree.kill(process);
            }
        } catch (IOException | TimeoutException | ExecutionException silent) {
            return 0;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static String output(Process process) {
        try {
            return new String(process.getInputStream().readNBytes(MAX_VERSION), StandardCharsets.UTF_8);
        } catch (IOException closed) {
            return "";
        }
    }

    private static Optional<Path> find(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(File.pathSeparator, -1)).filter(entry -> entry.startsWith("/"))
                .map(entry -> Path.of(entry, name)).filter(Files::isExecutable).findFirst();
    }
}

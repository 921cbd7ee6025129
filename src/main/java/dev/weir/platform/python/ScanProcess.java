package dev.weir.platform.python;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One run of the scan's Python program in a child process. The program bounds its own processor time, memory and output before it reads a
 * byte of a package; the time on the clock is bounded here. Blocking.
 */
final class ScanProcess {
    private static final List<String> PROGRAM = List.of("scan.py", "scan_rules.py", "scan_text.py", "scan_scopes.py",
            "scan_values.py", "scan_check.py", "scan_handler.py");

    private final String python;
    private final ScanLimits limits;
    private final Path scratch;

    /**
     * A scan to be run.
     *
     * @param scratch where a private folder is made for the time of the run
     */
    ScanProcess(String python, ScanLimits limits, Path scratch) {
        this.python = python;
        this.limits = limits;
        this.scratch = scratch;
    }

    /** There is no interpreter that could be started. */
    static final class NoPython extends IOException {
        private static final long serialVersionUID = 1L;

        NoPython(IOException cause) {
            super("the interpreter could not be started", cause);
        }
    }

    /** What the program printed, without the rules that are off; empty if it crashed, was killed, or printed too much. */
    Optional<String> run(Path directory, String handler, List<String> off) throws IOException, InterruptedException {
        Files.createDirectories(scratch);
        Path folder = Files.createTempDirectory(scratch, "scan-");
        try {
            for (String name : PROGRAM) {
                try (InputStream code = ScanProcess.class.getResourceAsStream(name)) {
                    if (code == null) {
                        throw new IOException("the scan's program is not complete: " + name);
                    }
                    Files.copy(code, folder.resolve(name));
                }
            }
            return run(task(directory.toAbsolutePath(), handler, off), folder.toAbsolutePath());
        } finally {
            remove(folder);
        }
    }

    private JsonObject task(Path directory, String handler, List<String> off) {
        int colon = handler.indexOf(':');
        return new JsonObject().put("root", directory.toString())
                .put("module", handler.substring(0, colon))
                .put("handler", handler.substring(colon + 1))
                .put("off", new JsonArray(off))
                .put("cpu_seconds", limits.cpuSeconds())
                .put("memory_bytes", limits.memoryBytes())
                .put("output_bytes", limits.outputBytes())
                .put("max_findings", limits.findings())
                .put("max_file_bytes", limits.fileBytes());
    }

    private Optional<String> run(JsonObject work, Path folder) throws IOException, InterruptedException {
        Path task = folder.resolve("task.json");
        Path report = folder.resolve("report.json");
        Files.writeString(task, work.encode());
        ProcessBuilder builder = new ProcessBuilder(python, "-I", "-B", "-X", "utf8",
                folder.resolve("scan.py").toString())
                .directory(folder.toFile())
                .redirectInput(task.toFile())
                .redirectOutput(report.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
        Process process = start(builder);
        try {
            boolean ended = process.waitFor(limits.wall().toMillis(), TimeUnit.MILLISECONDS);
            return ended && process.exitValue() == 0 && Files.size(report) <= limits.outputBytes()
                    ? Optional.of(Files.readString(report, StandardCharsets.UTF_8))
                    : Optional.empty();
        } finally {
            process.destroyForcibly().waitFor(limits.wall().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static Process start(ProcessBuilder builder) throws NoPython {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new NoPython(e);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}

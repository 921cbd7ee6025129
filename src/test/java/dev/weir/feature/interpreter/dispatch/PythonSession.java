package dev.weir.feature.interpreter.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A python3 that executes one text after another in one namespace, as a notebook's kernel does. */
final class PythonSession implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DRIVER = """
            import io, json, os, sys, traceback
            answers = os.fdopen(os.dup(1), "w")
            os.dup2(2, 1)
            space = {"__name__": "__main__"}
            for line in sys.stdin:
                out, err = sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
                code = 0
                try:
                    exec(compile(json.loads(line), "<cell>", "exec"), space)
                except BaseException:
                    traceback.print_exc(file=err)
                    code = 1
                answers.write(json.dumps({"stdout": out.getvalue(), "stderr": err.getvalue(), "code": code}) + "\\n")
                answers.flush()
            """;

    private final Path directory;
    private final Process process;
    private final BufferedReader answers;

    PythonSession(Path directory) {
        this.directory = directory;
        try {
            process = new ProcessBuilder("python3", "-c", DRIVER).directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Blocks; {@code stdout}, {@code stderr} and {@code code}. */
    JsonNode execute(String code) throws IOException {
        process.getOutputStream().write((JSON.writeValueAsString(code) + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        String line = answers.readLine();
        if (line == null) {
            return JSON.createObjectNode().put("stdout", "").put("stderr", "the kernel died").put("code", 137);
        }
        return JSON.readTree(line);
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}

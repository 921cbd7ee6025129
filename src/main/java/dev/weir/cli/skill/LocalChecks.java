package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.cli.client.ClientException;
import dev.weir.cli.client.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Checks that need nothing but the directory and a {@code python3}, which reads the code and does not run it. Blocking. */
final class LocalChecks {
    private static final long LIMIT_SECONDS = 20;
    private static final String READER = """
            import ast, json, sys
            found = []
            def find(rule, line, message, severity="error"):
                found.append({"rule": rule, "severity": severity, "file": "main.py", "line": line, "message": message})
            try:
                tree = ast.parse(sys.stdin.buffer.read())
                functions = [n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and n.name == "handler"]
                named = functions or [n for n in ast.walk(tree) if isinstance(n, (ast.Name, ast.alias)) and "handler" in (getattr(n, "id", 0), getattr(n, "asname", 0), getattr(n, "name", 0))]
                if not named:
                    find("package.no-handler", 0, "main.py has no handler(input)")
                for f in functions[-1:]:
                    a = f.args
                    required = len(a.posonlyargs) + len(a.args) - len(a.defaults)
                    if required > 1 or len(a.posonlyargs) + len(a.args) == 0 and a.vararg is None:
                        find("package.handler-parameters", f.lineno, "handler must take one argument")
            except SyntaxError as e:
                find("python.syntax", e.lineno or 0, "this is not Python: " + str(e.msg))
            except (ValueError, RecursionError, MemoryError):
                find("python.syntax", 0, "main.py cannot be read")
            print(json.dumps(found))
            """;

    private LocalChecks() {}

    static ArrayNode of(Path directory) {
        ArrayNode findings = JsonNodeFactory.instance.arrayNode();
        Path main = directory.resolve("main.py");
        if (!Files.isRegularFile(main)) {
            return add(findings, "package.no-main", "error", "there is no main.py at the top of the directory");
        }
        try {
            Process reader = new ProcessBuilder("python3", "-I", "-c", READER).redirectInput(main.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            try {
                if (!reader.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || reader.exitValue() != 0) {
                    return add(findings, "python.unreadable", "error", "python3 could not read main.py");
                }
                byte[] said = reader.getInputStream().readNBytes(64 * 1024);
                new ObjectMapper().readTree(new String(said, StandardCharsets.UTF_8)).forEach(findings::add);
                return findings;
            } finally {
                reader.destroyForcibly();
            }
        } catch (IOException absent) {
            return add(findings, "python.absent", "warning", "there is no python3 here: the code was not looked at");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientException(ExitStatus.INTERNAL, "interrupted");
        }
    }

    private static ArrayNode add(ArrayNode findings, String rule, String severity, String message) {
        findings.addObject().put("rule", rule).put("severity", severity).put("file", "main.py").put("line", 0)
                .put("message", message);
        return findings;
    }
}

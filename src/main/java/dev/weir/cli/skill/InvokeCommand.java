package dev.weir.cli.skill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.cli.client.ClientException;
import dev.weir.cli.client.ExitStatus;
import dev.weir.cli.client.Gateway;
import dev.weir.cli.client.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir skill invoke}: one run. */
@Command(name = "invoke", sortOptions = false, description = "Run a skill. Prints the run's id, its result with --wait, or all it says with --follow.")
final class InvokeCommand implements Callable<Integer> {
    private static final int MAX_INPUT = 16 * 1024 * 1024;

    private final Map<String, String> environment;

    @Mixin
    private ClientOptions options;

    @Mixin
    private StageOptions stage;

    @Parameters(paramLabel = "SKILL", description = "Its name.")
    private String skill;

    @Option(names = "--input", defaultValue = "{}", paramLabel = "JSON", description = "The input: a JSON object, @FILE, or - for stdin.")
    private String input;

    @Option(names = "--follow", description = "Show what it says until it ends.")
    private boolean follow;

    @Option(names = "--wait", paramLabel = "N", description = "Wait at most so many seconds for the result.")
    private Integer wait;

    @Option(names = "--idempotency-key", paramLabel = "K", description = "The same key and input never run twice in a day.")
    private String key;

    InvokeCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        return options.run(environment, this::invoke);
    }

    private int invoke(Terminal terminal) {
        Map<String, String> headers = new TreeMap<>();
        if (key != null) {
            headers.put("Idempotency-Key", key);
        }
        if (wait != null) {
            if (wait < 0 || wait > 60) {
                throw ClientException.usage("--wait must be 0 to 60 seconds");
            }
            headers.put("Prefer", "wait=" + wait);
        }
        Gateway gateway = options.gateway(environment);
        JsonNode run = gateway.send("POST", stage.path(skill) + "/runs", input(), headers);
        Watch watch = new Watch(gateway, terminal, run.path("run_id").asText());
        if (follow) {
            int code = watch.follow("", options.json() ? (_, _) -> {} : watch::print);
            if (options.json()) {
                terminal.json(watch.document());
            }
            return code;
        }
        return tell(terminal, run);
    }

    private int tell(Terminal terminal, JsonNode run) {
        boolean over = run.hasNonNull("finished_at");
        int code = over ? ExitStatus.ofRun(run.path("status").asText()) : ExitStatus.OK;
        if (options.json()) {
            terminal.json(run);
        } else if (over && code == ExitStatus.OK) {
            terminal.json(run.path("output"));
        } else if (over) {
            terminal.alarm("the run " + run.path("status").asText() + ": "
                    + run.path("error").path("message").asText(""));
        } else {
            terminal.line(run.path("run_id").asText());
        }
        return code;
    }

    private JsonNode input() {
        try {
            byte[] bytes;
            if (input.equals("-")) {
                bytes = System.in.readNBytes(MAX_INPUT);
            } else if (input.startsWith("@")) {
                bytes = Files.readAllBytes(Path.of(input.substring(1)));
            } else {
                bytes = input.getBytes(StandardCharsets.UTF_8);
            }
            return new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(bytes);
        } catch (JsonProcessingException wrong) {
            throw ClientException.usage("the input is not JSON (line " + wrong.getLocation().getLineNr() + ")");
        } catch (IOException unreadable) {
            throw ClientException.usage("the input's file cannot be read");
        }
    }
}

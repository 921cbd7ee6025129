package dev.weir.cli.skill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.cli.client.ClientException;
import dev.weir.cli.client.ExitCode;
import dev.weir.cli.client.Gateway;
import dev.weir.cli.client.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir skill invoke}: one run. */
@Command(name = "invoke", sortOptions = false)
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
            if (!key.matches("[!-~]{1,255}")) {
                throw ClientException.usage("--idempotency-key must be 1 to 255 visible ASCII characters");
            }
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
        return follow ? follow(new Watch(gateway, terminal, gateway.id(run, "run_id"))) : tell(terminal, run);
    }

    private int follow(Watch watch) {
        try (Farewell _ = new Farewell(watch.terminal(), watch.run(), options.json())) {
            if (!options.json()) {
                return watch.follow("", watch::print);
            }
            int code = watch.follow("", (_, _) -> {});
            watch.terminal().json(watch.document());
            return code;
        }
    }

    private int tell(Terminal terminal, JsonNode run) {
        boolean over = wait != null && run.hasNonNull("finished_at"); // one that was repeated by its key may be over, too
        int code = over ? ExitCode.ofRun(run.path("status").asText()) : ExitCode.OK;
        if (options.json()) {
            terminal.json(run);
        } else if (over && code == ExitCode.OK) {
            terminal.json(run.path("output"));
        } else if (over) {
            Watch.alarm(terminal, run.path("status").asText(), run);
        } else {
            terminal.line(run.path("run_id").asText());
        }
        return code;
    }

    private JsonNode input() {
        try {
            byte[] bytes;
            if (input.equals("-")) {
                bytes = System.in.readNBytes(MAX_INPUT + 1);
            } else if (input.startsWith("@")) {
                try (InputStream file = Files.newInputStream(Path.of(input.substring(1)))) {
                    bytes = file.readNBytes(MAX_INPUT + 1);
                }
            } else {
                bytes = input.getBytes(StandardCharsets.UTF_8);
            }
            if (bytes.length > MAX_INPUT) {
                throw ClientException.usage("the input is larger than " + MAX_INPUT + " bytes");
            }
            return new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(bytes);
        } catch (JsonProcessingException wrong) {
            throw ClientException.usage("the input is not JSON (line " + wrong.getLocation().getLineNr() + ")");
        } catch (IOException | InvalidPathException _) {
            throw ClientException.usage("the input's file cannot be read");
        }
    }
}

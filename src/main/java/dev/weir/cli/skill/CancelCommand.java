package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.cli.client.ExitCode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code weir skill cancel}: ends a run. */
@Command(name = "cancel", sortOptions = false)
final class CancelCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Mixin
    private ClientOptions options;

    @Parameters(paramLabel = "RUN", description = "Its id.")
    private String run;

    CancelCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        return options.run(environment, terminal -> {
            JsonNode document = options.gateway(environment)
                    .post("/v1/runs/" + StageOptions.id(run, "run") + "/cancel");
            if (options.json()) {
                terminal.json(document);
            } else {
                String status = document.path("status").asText();
                terminal.line(status.equals("queued") || status.equals("running")
                        ? "it is being cancelled"
                        : "it is over: " + status);
            }
            return ExitCode.OK;
        });
    }
}

package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.cli.client.ExitCode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code weir skill list}: what there is on a gateway. */
@Command(name = "list", sortOptions = false)
final class ListCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Mixin
    private ClientOptions options;

    @Parameters(arity = "0..1", defaultValue = "skills", paramLabel = "WHAT", description = "skills or runs (default: ${DEFAULT-VALUE}).")
    private What what;

    /** What can be listed. */
    enum What {
        skills, runs
    }

    ListCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        return options.run(environment, terminal -> {
            JsonNode page = options.gateway(environment).get("/v1/" + what + "?limit=100");
            if (options.json()) {
                terminal.json(page);
                return ExitCode.OK;
            }
            for (JsonNode each : page.path(what.name())) {
                terminal.line(what == What.skills
                        ? "%-32s %s".formatted(each.path("name").asText(), each.path("description").asText()).strip()
                        : "%s %-10s %s/%s %s".formatted(each.path("run_id").asText(), each.path("status").asText(),
                                each.path("skill").asText(), each.path("stage").asText(),
                                each.path("created_at").asText()));
            }
            if (page.hasNonNull("next")) {
                terminal.note("there are more");
            }
            return ExitCode.OK;
        });
    }
}

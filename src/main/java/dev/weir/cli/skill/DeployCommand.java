package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.cli.client.ExitStatus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir skill deploy}: an upload becomes what a stage runs. */
@Command(name = "deploy", sortOptions = false, description = "Make a pushed upload what the stage runs.")
final class DeployCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Mixin
    private ClientOptions options;

    @Mixin
    private StageOptions stage;

    @Parameters(paramLabel = "SKILL", description = "Its name.")
    private String skill;

    @Option(names = "--upload", required = true, paramLabel = "ID", description = "What push printed.")
    private String upload;

    @Option(names = "--version", required = true, paramLabel = "V", description = "Such as 1.2.3.")
    private String version;

    @Option(names = "--level", paramLabel = "LEVEL", description = "patch, minor or major.")
    private String level;

    DeployCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        return options.run(environment, terminal -> {
            JsonNode done = new Release(options.gateway(environment), terminal, stage.path(skill))
                    .deploy(upload, version, Optional.ofNullable(level));
            if (options.json()) {
                terminal.json(done);
            } else {
                terminal.line("deployed " + skill + " " + done.path("version").asText());
            }
            return ExitStatus.OK;
        });
    }
}

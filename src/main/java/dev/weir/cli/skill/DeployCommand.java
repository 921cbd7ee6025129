package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.cli.client.ClientException;
import dev.weir.cli.client.ExitCode;
import dev.weir.cli.client.Terminal;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir skill deploy}: an upload becomes what a stage runs. */
@Command(name = "deploy", sortOptions = false)
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

    @Mixin
    private Bump bump;

    DeployCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        return options.run(environment, this::deploy);
    }

    private int deploy(Terminal terminal) {
        Release release = new Release(options.gateway(environment), terminal, stage.path(skill));
        ObjectNode judged = release.verdict(StageOptions.id(upload, "upload"), false);
        if (!options.json()) {
            release.tell(judged);
        }
        if (!judged.path("status").asText().equals(Release.READY)) {
            throw new ClientException(ExitCode.CONFLICT, "a rejected upload cannot be deployed");
        }
        ObjectNode done = release.deploy(judged, bump);
        if (options.json()) {
            terminal.json(done);
        } else {
            terminal.line(stage.deployed(skill, done));
        }
        return ExitCode.OK;
    }
}

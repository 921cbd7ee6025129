package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.cli.client.ExitStatus;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code weir skill check}: what can be said of a skill without a gateway. */
@Command(name = "check", sortOptions = false, description = "Check a directory as far as this machine can: packing, skill.yaml, handler, syntax.")
final class CheckCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Mixin
    private ClientOptions options;

    @Parameters(paramLabel = "DIR", description = "The skill.")
    private Path directory;

    CheckCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        return options.run(environment, terminal -> {
            int bytes = Packing.pack(directory).length;
            Manifest.read(directory);
            ArrayNode findings = LocalChecks.of(directory);
            boolean refused = Findings.refuse(findings);
            if (options.json()) {
                ObjectNode result = JsonNodeFactory.instance.objectNode().put("ok", !refused).put("bytes", bytes);
                result.set("findings", findings);
                if (refused) {
                    result.putObject("error").put("detail", "the skill has errors");
                }
                terminal.json(result);
            } else {
                Findings.print(findings, terminal);
                terminal.line(refused ? "the skill has errors" : "no objections; " + bytes + " bytes packed");
            }
            return refused ? ExitStatus.USAGE : ExitStatus.OK;
        });
    }
}

package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.cli.client.ExitCode;
import dev.weir.cli.client.Terminal;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir skill check}: what a gateway would say of a skill, without a gateway. */
@Command(name = "check", sortOptions = false)
final class CheckCommand implements Callable<Integer> {
    private final Map<String, String> environment;
    private final Check check;

    @Mixin
    private ClientOptions options;

    @Parameters(paramLabel = "DIR", description = "The skill.")
    private Path directory;

    @Option(names = "--skill", paramLabel = "NAME", description = "Its name; else that of skill.yaml, or of the directory.")
    private String skill;

    CheckCommand(Map<String, String> environment, Check check) {
        this.environment = environment;
        this.check = check;
    }

    @Override
    public Integer call() {
        return options.run(environment, this::check);
    }

    private int check(Terminal terminal) {
        byte[] archive = Packing.pack(directory);
        CheckResult result = check.check(Manifest.nameOf(directory, Optional.ofNullable(skill)), archive);
        if (options.json()) {
            terminal.json(document(result, archive.length));
        } else {
            FindingLine.tell(result.findings(), terminal);
            terminal.line(result.refused()
                    ? "a gateway would reject this"
                    : "no objections; " + archive.length + " bytes packed" + contents(result));
        }
        return result.refused() ? ExitCode.USAGE : ExitCode.OK;
    }

    private static String contents(CheckResult result) {
        StringBuilder text = new StringBuilder("; handler ").append(result.metadata().path("handler").asText());
        result.metadata().path("dependencies").forEach(each -> text.append("; ").append(each.path("name").asText())
                .append(' ').append(each.path("version").asText()));
        return text.toString();
    }

    private static ObjectNode document(CheckResult result, int bytes) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("ok", !result.refused()).put("bytes", bytes);
        document.set("findings", FindingLine.json(result.findings()));
        document.set("metadata", result.metadata().isMissingNode() ? document.nullNode() : result.metadata());
        if (result.refused()) {
            document.putObject("error").put("detail", "a gateway would reject this");
        }
        return document;
    }
}

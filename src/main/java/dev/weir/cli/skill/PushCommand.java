package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.cli.client.ExitStatus;
import dev.weir.cli.client.Gateway;
import dev.weir.cli.client.Terminal;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir skill push}: a directory to a gateway, with all that is needed for it on the way. */
@Command(name = "push", sortOptions = false, description = "Upload a skill; skill and stage are made if absent. Nothing that runs changes without --deploy.")
final class PushCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Mixin
    private ClientOptions options;

    @Mixin
    private StageOptions stage;

    @Parameters(paramLabel = "DIR", description = "The skill.")
    private Path directory;

    @Option(names = "--skill", paramLabel = "NAME", description = "Its name; else that of skill.yaml, or of the directory.")
    private String skill;

    @Option(names = "--deploy", description = "Make it what the stage runs.")
    private boolean deploy;

    @Option(names = "--version", paramLabel = "V", description = "With --deploy: the version; else the next one.")
    private String version;

    @Option(names = "--level", paramLabel = "LEVEL", description = "With --deploy: patch, minor or major.")
    private String level;

    PushCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        return options.run(environment, this::push);
    }

    private int push(Terminal terminal) {
        Manifest manifest = Manifest.read(directory);
        String name = manifest.name(Optional.ofNullable(skill));
        byte[] archive = Packing.pack(directory);
        Gateway gateway = options.gateway(environment);
        if (gateway.find(StageOptions.skillPath(name)).isEmpty()) {
            gateway.send("POST", "/v1/skills", manifest.creation(name), Map.of());
        }
        String path = stage.path(name);
        if (gateway.find(path).isEmpty()) {
            gateway.send("PUT", path, JsonNodeFactory.instance.objectNode(), Map.of());
        }
        Release release = new Release(gateway, terminal, path);
        JsonNode upload = release.upload(archive);
        boolean ready = upload.path("status").asText().equals("ready_to_deploy");
        Optional<JsonNode> deployment = ready && deploy
                ? Optional.of(release.deploy(upload.path("upload_id").asText(),
                        version == null ? release.nextVersion(upload) : version, Optional.ofNullable(level)))
                : Optional.empty();
        if (options.json()) {
            terminal.json(result(upload, ready, deployment));
        } else {
            Findings.print(upload.path("findings"), terminal);
            terminal.line(ready
                    ? "upload " + upload.path("upload_id").asText() + " is ready"
                    : "the upload was rejected");
            deployment.ifPresent(done -> terminal.line("deployed " + name + " " + done.path("version").asText()));
        }
        return ready ? ExitStatus.OK : ExitStatus.USAGE;
    }

    private static ObjectNode result(JsonNode upload, boolean ready, Optional<JsonNode> deployment) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.set("upload", upload);
        deployment.ifPresent(done -> result.set("deployment", done));
        if (!ready) {
            result.putObject("error").put("detail", "the upload was rejected");
        }
        return result;
    }
}

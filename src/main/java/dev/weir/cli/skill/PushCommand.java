package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.cli.client.ClientException;
import dev.weir.cli.client.ExitCode;
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
@Command(name = "push", sortOptions = false)
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

    @Mixin
    private Bump bump;

    PushCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        return options.run(environment, this::push);
    }

    private int push(Terminal terminal) {
        if (bump.isAsked() && !deploy) {
            throw ClientException.usage("--level and --version go with --deploy");
        }
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
        ObjectNode upload = release.upload(archive);
        return options.json() ? document(release, upload, terminal) : tell(release, upload, name, terminal);
    }

    private int tell(Release release, ObjectNode upload, String name, Terminal terminal) {
        release.tell(upload);
        if (!isReady(upload)) {
            return ExitCode.USAGE;
        }
        if (deploy) {
            terminal.line(stage.deployed(name, release.deploy(upload, bump)));
        }
        return ExitCode.OK;
    }

    /** The upload is told of even where its deployment is refused: it can be deployed later. */
    private int document(Release release, ObjectNode upload, Terminal terminal) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.set("upload", upload);
        int code = ExitCode.OK;
        if (!isReady(upload)) {
            result.putObject("error").put("detail", "the upload was rejected");
            code = ExitCode.USAGE;
        } else if (deploy) {
            try {
                result.set("deployment", release.deploy(upload, bump));
            } catch (ClientException refused) {
                result.set("error", refused.error());
                code = refused.exitCode();
            }
        }
        terminal.json(result);
        return code;
    }

    private static boolean isReady(ObjectNode upload) {
        return upload.path("status").asText().equals(Release.READY);
    }
}

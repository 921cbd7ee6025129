package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.cli.client.ClientException;
import dev.weir.cli.client.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code weir skill init}: a skill to begin with. */
@Command(name = "init", sortOptions = false)
final class InitCommand implements Callable<Integer> {
    private static final String MAIN = """
            def handler(input):
                \"""Greets somebody as often as asked; each greeting arrives as soon as it is made.\"""
                count = input.get("count", 3)
                for n in range(1, count + 1):
                    yield {"n": n, "text": f"Hello, {input.get('name', 'world')}!"}
                return {"count": count}
            """;
    private static final String MANIFEST = """
            name: NAME
            description: Greets somebody as often as asked.
            input_schema:
              type: object
              additionalProperties: false
              properties:
                name: {type: string, maxLength: 200}
                count: {type: integer, minimum: 0, maximum: 1000}
            """;

    private final Map<String, String> environment;

    @Mixin
    private ClientOptions options;

    @Parameters(paramLabel = "DIR", description = "Where; its name becomes the skill's.")
    private Path directory;

    InitCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        return options.run(environment, terminal -> {
            Path name = directory.toAbsolutePath().normalize().getFileName();
            String skill = StageOptions.id(name == null ? "" : name.toString(), "directory's name");
            write(skill);
            if (options.json()) {
                terminal.json(JsonNodeFactory.instance.objectNode().put("skill", skill).put("directory",
                        directory.toString()));
            } else {
                terminal.line("wrote " + directory + "; next: weir skill push " + directory + " --deploy");
            }
            return ExitCode.OK;
        });
    }

    private void write(String skill) {
        try {
            Files.createDirectories(directory);
            try (Stream<Path> content = Files.list(directory)) {
                if (content.findAny().isPresent()) {
                    throw new ClientException(ExitCode.CONFLICT, directory + " is not empty");
                }
            }
            Files.writeString(directory.resolve("main.py"), MAIN);
            Files.writeString(directory.resolve("skill.yaml"), MANIFEST.replace("NAME", skill));
            Files.writeString(directory.resolve("requirements.txt"), "# One package per line, as in: httpx==0.28.1\n");
        } catch (IOException unwritable) {
            throw ClientException.usage(directory + " cannot be written");
        }
    }
}

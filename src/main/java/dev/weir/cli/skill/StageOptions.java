package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.cli.client.ClientException;
import dev.weir.kernel.Ids;
import picocli.CommandLine.Option;

/** Which stage. */
final class StageOptions {
    @Option(names = "--stage", paramLabel = "STAGE", defaultValue = "dev", description = "The stage (default: ${DEFAULT-VALUE}).")
    private String stage;

    String path(String skill) {
        return skillPath(skill) + "/stages/" + id(stage, "stage");
    }

    /** What is said of a new deployment. */
    String deployed(String skill, JsonNode deployment) {
        return "deployed " + skill + " " + deployment.path("version").asText() + " to " + stage;
    }

    static String skillPath(String skill) {
        return "/v1/skills/" + id(skill, "skill");
    }

    /** Checked here, because it becomes part of a path. */
    static String id(String id, String what) {
        if (!Ids.isLegal(id)) {
            throw ClientException.usage("the " + what + " must be 1 to 64 letters, digits, '_' or '-', and start with a"
                    + " letter or digit");
        }
        return id;
    }
}

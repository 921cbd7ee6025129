package dev.weir.cli;

import dev.weir.app.RuntimeTarget;
import dev.weir.config.ConfigProblem;
import dev.weir.config.EndpointUrl;
import dev.weir.config.RuntimeArn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which agent runtime, and as whom: the options of every command that calls one itself. */
final class RuntimeOptions {
    private static final String ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE";
    private static final String THREAD = "[a-z][a-z0-9_-]{0,31}:\\S.{0,511}";

    @Option(names = "--runtime-arn", paramLabel = "ARN", description = "The AgentCore runtime.")
    private String arn;

    @Option(names = "--region", paramLabel = "REGION", description = "Its region; the one in the ARN if not given.")
    private String region;

    @Option(names = "--endpoint", paramLabel = "URL", description = "Base URL of AgentCore; else $$AWS_ENDPOINT_URL_BEDROCK_AGENTCORE, else AWS's own.")
    private String endpoint;

    @Option(names = "--qualifier", paramLabel = "NAME", description = "The runtime's endpoint name (DEFAULT).")
    private String qualifier = "DEFAULT";

    @Option(names = "--token-file", paramLabel = "FILE", description = "Holds a JWT, for a runtime that takes tokens instead of AWS signatures. Read for each connection.")
    private Path tokenFile;

    static boolean isThread(String text) {
        return text.matches(THREAD);
    }

    /**
     * Adds to {@code problems} and returns nothing where the options do not make sense.
     *
     * @param file settings of a configuration file, used where there is no option
     */
    Optional<RuntimeTarget> target(Map<String, String> environment, Map<String, String> file,
            List<ConfigProblem> problems) {
        boolean fromFile = arn == null && file.containsKey("runtime_arn");
        Optional<RuntimeArn> runtime = RuntimeArn.parse(fromFile ? file.get("runtime_arn") : arn == null ? "" : arn);
        if (runtime.isEmpty()) {
            problems.add(new ConfigProblem("", fromFile ? "runtime_arn" : "--runtime-arn",
                    "is not a valid runtime ARN"));
        }
        if (tokenFile != null && !Files.isReadable(tokenFile)) {
            problems.add(new ConfigProblem("", "--token-file", "cannot be read"));
        }
        String base = endpoint == null ? environment.getOrDefault(ENDPOINT_VARIABLE, "") : endpoint;
        if (!base.isEmpty() && !EndpointUrl.isValid(base)) {
            problems.add(new ConfigProblem("", endpoint == null ? ENDPOINT_VARIABLE : "--endpoint",
                    "must be an http or https URL without user, query and fragment"));
        }
        if (region != null && !region.matches("[a-z0-9-]+")) {
            problems.add(new ConfigProblem("", "--region", "must be an AWS region, such as us-east-1"));
        }
        return runtime.map(found -> new RuntimeTarget(found, region == null ? found.region() : region, base,
                qualifier, Optional.ofNullable(tokenFile)));
    }

    /** The options as they were given, as words of a command line. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        add(words, "--runtime-arn", arn);
        add(words, "--region", region);
        add(words, "--endpoint", endpoint);
        add(words, "--qualifier", qualifier.equals("DEFAULT") ? null : qualifier);
        add(words, "--token-file", tokenFile);
        return words;
    }

    private static void add(List<String> words, String name, Object value) {
        if (value != null) {
            words.addAll(List.of(name, value.toString()));
        }
    }
}

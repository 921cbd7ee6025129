package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.cli.client.ClientException;
import dev.weir.cli.client.Terminal;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir skill logs}: what a run said, or says. */
@Command(name = "logs", sortOptions = false)
final class LogsCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Mixin
    private ClientOptions options;

    @Parameters(paramLabel = "RUN", description = "Its id.")
    private String run;

    @Option(names = {"-f", "--follow"}, description = "Until it ends.")
    private boolean follow;

    @Option(names = "--after", defaultValue = "", paramLabel = "ID", description = "Begin behind this event, such as 1-3.")
    private String after;

    LogsCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        return options.run(environment, this::show);
    }

    private int show(Terminal terminal) {
        if (!after.matches("|[0-9]{1,9}-[0-9]{1,18}")) {
            throw ClientException.usage("--after must be an event's id, such as 1-3");
        }
        Watch watch = new Watch(options.gateway(environment), terminal, StageOptions.id(run, "run"));
        watch.document(); // first, so that a wrong id or a gateway that is not there is told at once
        ArrayNode events = JsonNodeFactory.instance.arrayNode();
        BiConsumer<String, JsonNode> reader = options.json()
                ? (type, data) -> events.addObject().put("event", type).set("data", data)
                : watch::print;
        int code;
        if (follow) {
            try (Farewell _ = new Farewell(terminal, run, options.json())) {
                code = watch.follow(after, reader);
            }
        } else {
            code = watch.soFar(after, reader);
        }
        if (options.json()) {
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            result.set("run", watch.document());
            result.set("events", events);
            terminal.json(result);
        }
        return code;
    }
}

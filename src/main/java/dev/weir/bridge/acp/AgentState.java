package dev.weir.bridge.acp;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an agent is, by what {@link LaunchLine#look} prints.
 *
 * @param code the exit code if it has ended; negative if that is not known
 * @param noted the probes that came to it, each behind the number of its line
 */
record AgentState(Condition condition, int code, String noted) {
    private static final Pattern STATE = Pattern.compile("^(alive|gone|exit (-?[0-9]{1,3}))$", Pattern.MULTILINE);

    /** GONE: the machine has never had it, so it is another machine. */
    enum Condition {
        ALIVE, ENDED, GONE
    }

    /** Empty if the text does not say. */
    static Optional<AgentState> of(String text) {
        Matcher state = STATE.matcher(text);
        if (!state.find()) {
            return Optional.empty();
        }
        return Optional.of(switch (state.group(1)) {
            case "alive" -> new AgentState(Condition.ALIVE, -1, text);
            case "gone" -> new AgentState(Condition.GONE, -1, text);
            default -> new AgentState(Condition.ENDED, Integer.parseInt(state.group(2)), text);
        });
    }

    /** The number of the line that a probe came in; empty if it has not come. */
    OptionalLong place(String probe) {
        return noted.lines().filter(line -> line.contains("\"id\":" + probe))
                .map(line -> line.substring(0, line.indexOf(':'))).filter(number -> number.matches("[0-9]{1,18}"))
                .mapToLong(Long::parseLong).findFirst();
    }
}

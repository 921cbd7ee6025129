package dev.weir.cli.sandbox;

import dev.weir.app.SandboxOrder;
import dev.weir.app.SandboxOutput;
import dev.weir.app.SandboxTarget;
import dev.weir.config.EndpointUrl;
import dev.weir.kernel.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntBiFunction;
import java.util.stream.Stream;

/**
 * The command line of a sandbox. What is wrong is told in this order, whatever else is: the profile, the interpreter's id, the command,
 * its words. Only then something is started.
 *
 * @param profiles whether there is a profile of that name
 * @param listen is called before anything takes time, with what an interruption is to be told on
 * @param sandbox carries an order out; its result is the exit code
 */
public record SandboxLine(Map<String, String> environment, InputStream stdin, OutputStream out, PrintStream err,
        Predicate<String> profiles, Consumer<SandboxOutput> listen,
        ToIntBiFunction<SandboxOrder, SandboxOutput> sandbox) {
    private static final String ID = "CUSTOM_AGENTCORE_INTERPRETER_ID";
    private static final String PROFILE = "CUSTOM_AGENTCORE_AWS_PROFILE";
    private static final String REGION = "CUSTOM_AGENTCORE_AWS_REGION";
    private static final String ENDPOINT = "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE";
    private static final String MANAGED = "aws.codeinterpreter.v1";

    /** The exit code. */
    public int run(List<String> words) {
        if (words.isEmpty()) {
            var _ = help();
            return 1;
        }
        String command = words.getFirst();
        List<String> rest = words.subList(1, words.size());
        Reading reading = Reading.of(command, rest);
        if (List.of("help", "--help", "-h").contains(command) || reading.words().help()) {
            return help();
        }
        SandboxOutput output = new SandboxOutput(out, err, json(command, rest, reading));
        try {
            listen.accept(output);
            return sandbox.applyAsInt(order(command, rest, reading), output);
        } catch (Misuse wrong) {
            int code = output.fail(wrong.getMessage());
            err.println("Try '" + SandboxOutput.program() + " help'.");
            err.flush();
            return code;
        } catch (InvalidPathException strange) {
            return output.fail("there can be no file of that name");
        } catch (ProblemException refused) {
            return output.fail(refused.getMessage());
        } catch (RuntimeException fault) {
            return output.fail("a fault of this program: " + fault.getClass().getName());
        }
    }

    /** Also among words that make no sense: what is wrong with them is told as JSON, then. */
    private static boolean json(String command, List<String> rest, Reading reading) {
        if (command.equals("stop")) {
            return false;
        }
        return reading.words().has("--json")
                ? reading.words().on("--json")
                : reading.words().equals(Reading.NONE)
                        && flags(rest).anyMatch(word -> word.matches("--json(=(?i)(true|t|1))?"));
    }

    private SandboxOrder order(String command, List<String> rest, Reading reading) {
        Optional<String> endpoint = command.equals("stop")
                ? Optional.empty() // its words are the id and nothing else
                : reading.words().one("--endpoint").or(() -> loose(rest));
        Orders orders = new Orders(target(endpoint), stdin);
        return switch (command) {
            case "stop" -> orders.stop(rest);
            case "start" -> orders.start(reading.sound());
            case "exec" -> orders.exec(reading.sound());
            case "run" -> orders.run(reading.sound());
            default -> throw new Misuse("unknown command " + command + "; there are start, stop, exec, run and help");
        };
    }

    private SandboxTarget target(Optional<String> flag) {
        Optional<String> profile = variable(PROFILE);
        if (profile.isPresent() && !profiles.test(profile.get())) {
            throw new Misuse("there is no AWS profile of the name that " + PROFILE + " has");
        }
        String endpoint = flag.or(() -> variable(ENDPOINT)).orElse("");
        boolean good = endpoint.isEmpty() || EndpointUrl.isValid(endpoint);
        boolean emulator = good && !endpoint.isEmpty() && isLoopback(URI.create(endpoint).getHost());
        String interpreter = variable(ID).or(() -> emulator ? Optional.of(MANAGED) : Optional.empty())
                .orElseThrow(() -> new Misuse(ID + " is not set: it names the code interpreter to use"));
        if (!good) {
            throw new Misuse((flag.isPresent() ? "--endpoint" : ENDPOINT)
                    + " must be an http or https URL without user, query and fragment");
        }
        Optional<String> region = variable(REGION).or(() -> variable("AWS_REGION"))
                .or(() -> variable("AWS_DEFAULT_REGION"));
        if (region.isPresent() && !region.get().matches("[a-z0-9-]+")) {
            throw new Misuse("the AWS region must be one, such as us-east-1");
        }
        return new SandboxTarget(interpreter, region, endpoint, profile, emulator);
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost") || host.matches("127(\\.\\d{1,3}){3}")
                || host.equals("[::1]");
    }

    private static Stream<String> flags(List<String> words) {
        return words.stream().takeWhile(word -> !word.equals("--"));
    }

    /** An endpoint among words that make no sense: which of the faults is told first depends on it. */
    private static Optional<String> loose(List<String> words) {
        List<String> flags = flags(words).toList();
        int at = flags.indexOf("--endpoint");
        return at >= 0 && at + 1 < flags.size()
                ? Optional.of(flags.get(at + 1))
                : flags.stream().filter(word -> word.startsWith("--endpoint="))
                        .map(word -> word.substring("--endpoint=".length())).findFirst();
    }

    private int help() {
        try {
            out.write(SandboxTexts.help(SandboxOutput.program()).getBytes(StandardCharsets.UTF_8));
            out.flush();
            return 0;
        } catch (IOException lost) {
            return 1;
        }
    }

    /** The words, or what is wrong with them, which is told when its turn comes. */
    private record Reading(Words words, Misuse wrong) {
        private static final Words NONE = new Words(List.of(), Map.of(), false);

        static Reading of(String command, List<String> rest) {
            Map<String, Boolean> known = Orders.flags(command);
            if (known.isEmpty()) {
                return new Reading(NONE, null);
            }
            try {
                return new Reading(Words.of(rest, known), null);
            } catch (Misuse wrong) {
                return new Reading(NONE, wrong);
            }
        }

        Words sound() {
            if (wrong != null) {
                throw wrong;
            }
            return words;
        }
    }
}

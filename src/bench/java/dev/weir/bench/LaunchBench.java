package dev.weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * How long commands of the packaged distribution take, as whole processes, in turns so that all meet the same machine. Each is compared
 * with a Java program that does nothing. The one argument is the number of rounds (21).
 */
public final class LaunchBench {
    private static final String MINIMAL = "a Java program that does nothing";

    private final Map<String, List<String>> commands = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();

    private LaunchBench() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 21;
        Path scratch = Files.createTempDirectory("weir-launch");
        Process emulator = new ProcessBuilder(Distribution.WEIR, "emulate", "--data",
                scratch.toString(), "--port", "0").redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            new LaunchBench().run(rounds, scratch.resolve("emulator.env"));
        } finally {
            emulator.destroy();
            if (!emulator.waitFor(20, TimeUnit.SECONDS)) {
                emulator.destroyForcibly().waitFor();
            }
            Distribution.remove(scratch);
        }
    }

    private void run(int rounds, Path emulator) throws IOException, InterruptedException {
        await(emulator);
        Pattern.compile("export (\\w+)=(\\S+)").matcher(Files.readString(emulator)).results()
                .forEach(line -> environment.put(line.group(1), line.group(2).replace("'", "")));
        environment.put("WEIR_JAVA", Distribution.JAVA);
        String weir = Distribution.WEIR;
        String sandbox = Distribution.program("agentcore-sandbox");
        commands.put(MINIMAL, Distribution.nothing());
        commands.put("weir --help", List.of(weir, "--help"));
        commands.put("weir skill push --help", List.of(weir, "skill", "push", "--help"));
        commands.put("agentcore-sandbox --help", List.of(sandbox, "--help"));
        commands.put("agentcore-sandbox run 'print(1)'", List.of(sandbox, "run", "print(1)"));
        if (Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(part -> Files.isExecutable(Path.of(part, "aws")))) {
            commands.put("aws --version", List.of("aws", "--version"));
        }
        Map<String, List<Double>> times = new LinkedHashMap<>();
        for (int round = -1; round < rounds; round++) { // the first warms the files up
            for (Map.Entry<String, List<String>> command : commands.entrySet()) {
                double took = milliseconds(command.getKey(), command.getValue());
                if (round >= 0) {
                    times.computeIfAbsent(command.getKey(), _ -> new ArrayList<>()).add(took);
                }
            }
        }
        double unit = Distribution.middle(times.get(MINIMAL));
        System.out.printf("%-36s %8s %8s %6s%n", rounds + " rounds, whole processes", "p50 ms", "min ms", "ratio");
        times.forEach((name, all) -> System.out.printf("%-36s %8.0f %8.0f %6.1f%n", name, Distribution.middle(all),
                all.stream().mapToDouble(Double::doubleValue).min().orElseThrow(), Distribution.middle(all) / unit));
    }

    private double milliseconds(String name, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        Process process = builder.start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new IOException(name + " does not end");
            }
        } finally {
            process.destroyForcibly();
        }
        double took = (System.nanoTime() - start) / 1e6;
        if (process.exitValue() != 0) {
            throw new IOException(name + " ended with " + process.exitValue());
        }
        return took;
    }

    private static void await(Path file) throws IOException, InterruptedException {
        for (int i = 0; i < 600 && !Files.isReadable(file); i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        if (!Files.isReadable(file)) {
            throw new IOException("the emulator does not start; is target/weir packaged?");
        }
    }
}

package dev.weir.build;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes a distribution launch fast: has the JVM write down what it finds out about our classes while an emulator, client commands and a
 * gateway run, one cache for each, and a small one for help, which would wait for a large one to be mapped. The build runs it from its
 * source on what it has just put together: {@code java Caches.java target/weir}. A distribution without caches is only slower, so trouble is told and is not the build's end.
 */
final class Caches {
    private static final long START_SECONDS = 60;
    private static final long REHEARSAL_SECONDS = 60;
    /** As the launcher has them: a JVM with another layout of objects cannot use the cache. */
    private static final List<String> COMMON = List.of("--enable-native-access=ALL-UNNAMED",
            "-XX:+UseCompactObjectHeaders", "-Djdk.reflect.useNativeAccessorOnly=true");

    private final Path home;
    private final Path jar;
    private final Path scratch;

    private Caches(Path home, Path jar, Path scratch) {
        this.home = home;
        this.jar = jar;
        this.scratch = scratch;
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]).toRealPath();
        ClassFiles.renew(home.resolve("lib"));
        Path scratch = Files.createTempDirectory("weir-caches");
        Caches caches = new Caches(home, ourJar(home.resolve("lib")), scratch);
        try {
            caches.clear();
            caches.make();
        } catch (IOException trouble) {
            System.out.println("No launch caches, commands will start more slowly: " + trouble.getMessage());
            caches.clear();
        } finally {
            remove(scratch);
        }
    }

    private void make() throws IOException, InterruptedException {
        rehearse("help", Map.of());
        Path log = scratch.resolve("emulator.log");
        Process emulator = java(log, Map.of(), cache("emulator.aot"), "-XX:+UseSerialGC", "-cp", jar.toString(),
                "dev.weir.cli.Main", "emulate", "--data", scratch.resolve("data").toString(), "--port", "0");
        try {
            rehearse("client", credentials(emulator));
            stop(emulator, "emulator", log);
        } finally {
            emulator.destroyForcibly();
        }
        serve();
    }

    /** A gateway that runs its sample once; the emulator that it starts has its cache by now. */
    private void serve() throws IOException, InterruptedException {
        Path log = scratch.resolve("gateway.log");
        Path data = scratch.resolve("gateway");
        Process gateway = java(log, Map.of(), cache("server.aot"), "-Dweir.home=" + home, "-cp", jar.toString(),
                "dev.weir.cli.Main", "serve", "--data", data.toString(), "--port", "0", "--admin-port", "0");
        try {
            if (appears(data.resolve("addresses.json"), gateway)) {
                invoke(data);
            }
            stop(gateway, "server", log);
        } finally {
            gateway.destroyForcibly();
        }
    }

    /** Without Python the run fails, which is a rehearsal, too. */
    private static void invoke(Path data) throws IOException, InterruptedException {
        Matcher api = Pattern.compile("\"api\" : \"([^\"]+)\"")
                .matcher(Files.readString(data.resolve("addresses.json")));
        if (!api.find()) {
            throw new IOException("no address of the API in addresses.json");
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            client.send(HttpRequest.newBuilder(URI.create(api.group(1) + "/v1/skills/hello-stream/stages/prod/runs"))
                    .timeout(Duration.ofSeconds(REHEARSAL_SECONDS))
                    .header("Authorization", "Bearer " + Files.readString(data.resolve("owner.key")).strip())
                    .header("Content-Type", "application/json").header("Accept", "text/event-stream")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"count\":3,\"delay_ms\":10}")).build(),
                    HttpResponse.BodyHandlers.discarding());
        }
    }

    /** It writes its cache at its end. */
    private void stop(Process server, String name, Path log) throws IOException, InterruptedException {
        server.destroy();
        ended(server, "the " + name, REHEARSAL_SECONDS, log);
        keep(name + ".aot");
    }

    /** What an earlier build has left is not for these jars, and what was being written when it was ended is for none. */
    private void clear() throws IOException {
        for (String name : List.of("help.aot", "client.aot", "emulator.aot", "server.aot")) {
            Files.deleteIfExists(home.resolve("lib", name));
            Files.deleteIfExists(fresh(name));
        }
    }

    /** The JVM has ended well: what it has written is whole. */
    private void keep(String name) throws IOException {
        if (!Files.isRegularFile(fresh(name))) {
            throw new IOException("the JVM has not written " + name);
        }
        Files.move(fresh(name), home.resolve("lib", name), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path fresh(String name) {
        return home.resolve("lib", name + ".new");
    }

    /** What the emulator tells clients; nothing if it does not start, and they then get no further than connecting. */
    private Map<String, String> credentials(Process emulator) throws IOException, InterruptedException {
        Path file = scratch.resolve("data").resolve("emulator.env");
        Map<String, String> environment = new HashMap<>();
        if (appears(file, emulator)) {
            Pattern.compile("export (\\w+)=(\\S+)").matcher(Files.readString(file)).results()
                    .forEach(line -> environment.put(line.group(1), line.group(2).replace("'", "")));
        }
        return environment;
    }

    /** Whether the file that tells that {@code server} is ready was there in time. */
    private static boolean appears(Path file, Process server) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!Files.isReadable(file) && System.nanoTime() < deadline) {
            if (server.waitFor(50, TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return Files.isReadable(file);
    }

    private void rehearse(String name, Map<String, String> credentials) throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(credentials);
        environment.put("WEIR_SERVER", credentials.getOrDefault("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE",
                "http://127.0.0.1:9"));
        environment.put("WEIR_KEY", "rehearsal");
        environment.put("CUSTOM_AGENTCORE_INTERPRETER_ID", "aws.codeinterpreter.v1");
        Path log = scratch.resolve(name + ".log");
        Process rehearsal = java(log, environment, cache(name + ".aot"), "-XX:+UseSerialGC", "-cp", jar.toString(),
                "dev.weir.cli.Rehearsal", name);
        try {
            ended(rehearsal, "the rehearsal", REHEARSAL_SECONDS, log);
            keep(name + ".aot");
        } finally {
            rehearsal.destroyForcibly();
        }
    }

    private Process java(Path log, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(COMMON);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(scratch.toFile())
                .redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(WEIR|AWS|CUSTOM_AGENTCORE)_.*"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private String cache(String name) {
        return "-XX:AOTCacheOutput=" + fresh(name);
    }

    private static void ended(Process process, String name, long seconds, Path log)
            throws IOException, InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new IOException(name + " did not end within " + seconds + " s");
        }
        // 143: it was told to end.
        if (process.exitValue() != 0 && process.exitValue() != 143) {
            String said = Files.readString(log, StandardCharsets.UTF_8).strip();
            throw new IOException(name + " ended with " + process.exitValue() + ": "
                    + said.substring(Math.max(0, said.length() - 2000)));
        }
    }

    private static Path ourJar(Path lib) throws IOException {
        try (Stream<Path> jars = Files.list(lib)) {
            return jars.filter(file -> file.getFileName().toString().matches("weir-.*\\.jar")).findFirst()
                    .orElseThrow();
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}

package dev.weir.cli.sandbox;

import dev.weir.app.SandboxOrder;
import dev.weir.app.SandboxTarget;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes an order of the words of one command. All that can be found wrong without the service is found here. */
record Orders(SandboxTarget target, InputStream stdin) {
    private static final Map<String, Boolean> START = Map.of("--timeout", true, "--json", false, "--endpoint", true);
    private static final Map<String, Boolean> EXEC = Map.of("--lang", true, "--runtime", true, "--cmd", false,
            "--clear-context", false, "--file", true, "--upload", true, "--download", true, "--strict", false,
            "--json", false, "--endpoint", true);
    private static final int LONGEST_LIFE = 28_800;
    /** The service's limit for any text. */
    private static final int MOST_BYTES = 100_000_000;
    /** What is not larger in base64. */
    private static final long MOST_UPLOAD = 74_000_000;

    /** The flags that a command takes; none for one that is not known, or takes none. */
    static Map<String, Boolean> flags(String command) {
        return switch (command) {
            case "start" -> START;
            case "exec" -> EXEC;
            case "run" -> Stream.of(START, EXEC).flatMap(flags -> flags.entrySet().stream()).distinct()
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            default -> Map.of();
        };
    }

    SandboxOrder start(Words words) {
        return new SandboxOrder.Start(target, lifetime(words), words.on("--json"));
    }

    SandboxOrder stop(List<String> words) {
        if (words.isEmpty() || words.getFirst().isEmpty()) {
            throw new Misuse("stop needs the id of a session");
        }
        return new SandboxOrder.Stop(target, words.getFirst());
    }

    SandboxOrder exec(Words words) {
        if (words.rest().isEmpty() || words.rest().getFirst().isEmpty()) {
            throw new Misuse("exec needs the id of a session");
        }
        return new SandboxOrder.Exec(target, words.rest().getFirst(), work(words, 1), words.on("--json"));
    }

    SandboxOrder run(Words words) {
        Duration lifetime = lifetime(words);
        return new SandboxOrder.Run(target, lifetime, work(words, 0), words.on("--json"));
    }

    private SandboxOrder.Work work(Words words, int at) {
        boolean command = words.on("--cmd");
        if (words.has("--cmd") && words.has("--lang")) {
            throw new Misuse("--cmd and --lang cannot be used together");
        }
        String language = language(words.one("--lang").orElse("python"));
        Optional<String> engine = words.one("--runtime").map(Orders::engine);
        List<SandboxOrder.Upload> uploads = words.all("--upload").stream().map(Orders::upload).toList();
        List<SandboxOrder.Download> downloads = words.all("--download").stream().map(Orders::download).toList();
        String text = text(words, at);
        SandboxOrder.Code code = command
                ? new SandboxOrder.Command(text)
                : new SandboxOrder.Program(text, language, engine, words.on("--clear-context"));
        return new SandboxOrder.Work(code, words.on("--strict"), uploads, downloads);
    }

    private static Duration lifetime(Words words) {
        String given = words.one("--timeout").orElse("900");
        try {
            int seconds = Integer.parseInt(given);
            if (seconds >= 1 && seconds <= LONGEST_LIFE) {
                return Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException text) {
            // is told below, as a number that is too large is
        }
        throw new Misuse("--timeout must be whole seconds, 1 to " + LONGEST_LIFE);
    }

    private static String language(String given) {
        return switch (given.toLowerCase(Locale.ROOT)) {
            case "python" -> "python";
            case "javascript", "js" -> "javascript";
            case "typescript", "ts" -> "typescript";
            default -> throw new Misuse("--lang must be python, javascript (js) or typescript (ts)");
        };
    }

    private static String engine(String given) {
        String small = given.toLowerCase(Locale.ROOT);
        if (!List.of("nodejs", "deno", "python").contains(small)) {
            throw new Misuse("--runtime must be nodejs, deno or python");
        }
        return small;
    }

    private String text(Words words, int at) {
        Optional<String> given = words.rest().stream().skip(at).findFirst();
        Optional<String> file = words.one("--file");
        if (file.isPresent() == given.isPresent()) {
            throw new Misuse(file.isPresent()
                    ? "the code is given twice: as an argument and by --file"
                    : "there is no code: give it as an argument, as - for standard input, or by --file");
        }
        try {
            if (file.isPresent()) {
                try (InputStream bytes = Files.newInputStream(Path.of(file.get()))) {
                    return sound(read(bytes));
                }
            }
            return sound(given.get().equals("-") ? read(stdin) : given.get());
        } catch (IOException unreadable) {
            throw new Misuse("cannot read the code from " + file.orElse("standard input"));
        }
    }

    private static String read(InputStream bytes) throws IOException {
        byte[] all = bytes.readNBytes(MOST_BYTES + 1);
        if (all.length > MOST_BYTES) {
            throw new Misuse("the code is larger than " + MOST_BYTES + " bytes");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(all)).toString();
        } catch (CharacterCodingException other) {
            throw new Misuse("the code is not UTF-8");
        }
    }

    private static String sound(String code) {
        if (code.isBlank()) {
            throw new Misuse("the code is empty");
        }
        return code;
    }

    /** A colon parts the two, unless there is a file whose name has it. */
    private static SandboxOrder.Upload upload(String given) {
        int colon = Files.exists(Path.of(given)) ? -1 : given.lastIndexOf(':');
        Path local = Path.of(colon < 0 ? given : given.substring(0, colon));
        String remote = colon < 0 ? String.valueOf(local.getFileName()) : given.substring(colon + 1);
        try {
            if (!Files.isRegularFile(local) || !Files.isReadable(local) || remote.isEmpty()) {
                throw new Misuse("--upload must be LOCAL or LOCAL:REMOTE, with a file that can be read: " + given);
            }
            if (Files.size(local) > MOST_UPLOAD) {
                throw new Misuse(local + " is larger than " + MOST_UPLOAD + " bytes");
            }
        } catch (IOException unreadable) {
            throw new Misuse("cannot read " + local);
        }
        return new SandboxOrder.Upload(local, remote);
    }

    private static SandboxOrder.Download download(String given) {
        int colon = given.lastIndexOf(':');
        String remote = colon < 0 ? given : given.substring(0, colon);
        String name = remote.substring(remote.lastIndexOf('/') + 1);
        Path local = Path.of(colon < 0 || colon == given.length() - 1 ? name : given.substring(colon + 1));
        if (Files.isDirectory(local) && !name.isEmpty()) {
            local = local.resolve(name);
        }
        Path directory = local.toAbsolutePath().getParent();
        if (name.isEmpty() || directory == null || !Files.isDirectory(directory) || Files.isDirectory(local)) {
            throw new Misuse("--download must be REMOTE or REMOTE:LOCAL, with a local directory that is there: "
                    + given);
        }
        return new SandboxOrder.Download(remote, local);
    }
}

package dev.weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the benchmarks of whole processes start: the packaged distribution with this JVM's java, and a Java program that does nothing. */
final class Distribution {
    static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    static final String WEIR = program("weir");

    private Distribution() {}

    /** The program that does nothing. */
    static final class Nothing {
        private Nothing() {}

        public static void main(String[] arguments) {}
    }

    static String program(String name) {
        return Path.of("target", "weir", "bin", name).toAbsolutePath().toString();
    }

    static List<String> nothing() {
        return List.of(JAVA, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), Nothing.class.getName());
    }

    static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted((one, other) -> other.compareTo(one)).forEach(file -> file.toFile().delete());
        }
    }

    static double middle(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}

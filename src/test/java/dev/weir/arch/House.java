package dev.weir.arch;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the rules look at: our compiled classes, read once, and our sources. */
final class House {
    static final String ROOT = "dev.weir";
    static final Path MAIN = Path.of("src", "main", "java");
    static final JavaClasses CLASSES = classes();

    private House() {}

    private static JavaClasses classes() {
        // What others wrote is judged by its name only; reading it as well takes ten times as long.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter().importPath(Path.of("target", "classes"));
    }

    /** Java files below {@code directory}, none if it is not there; without the sentences about packages. */
    static List<Path> sources(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code edge} of {@code dev.weir.edge.http}; empty for the root itself. */
    static String topLevel(String packageName) {
        return packageName.length() <= ROOT.length()
                ? ""
                : packageName.substring(ROOT.length() + 1).replaceFirst("\\..*", "");
    }

    static boolean isOurs(String packageName) {
        return packageName.equals(ROOT) || packageName.startsWith(ROOT + ".");
    }
}

package dev.weir.feature.skill;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Dependencies that bring a module which Python also finds elsewhere, in its library or in the skill itself. Only one of the two can be
 * imported, and which one is decided by the order of the path, not by what the author meant.
 */
final class Shadowing {
    /** {@code sys.stdlib_module_names} of CPython 3.13, one a line. */
    private static final Set<String> LIBRARY = library();
    private static final int MOST = 20;
    private static final Pattern IDENTIFIER = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
    private static final List<String> ENDINGS = List.of(".py", ".pyc", ".so", ".pyd");

    private Shadowing() {}

    /**
     * Warnings, at most 20, by module.
     *
     * @param code the skill's own files
     * @param dependencies what was installed for it
     */
    static List<Finding> findings(Path code, Path dependencies) throws IOException {
        Map<String, Boolean> own = modules(code);
        List<Finding> findings = new ArrayList<>();
        for (Map.Entry<String, Boolean> module : modules(dependencies).entrySet()) {
            String name = module.getKey();
            Boolean ownIsWhole = own.get(name);
            if (LIBRARY.contains(name)) {
                findings.add(warning("'" + name + "' of a dependency is also a module of Python's own library"));
            } else if (ownIsWhole != null && (ownIsWhole || module.getValue())) {
                findings.add(warning("'" + name + "' of a dependency is also a module of the skill itself"));
            }
        }
        return List.copyOf(findings.subList(0, Math.min(findings.size(), MOST)));
    }

    private static Finding warning(String message) {
        return new Finding("deps.shadows", "warning", "requirements.txt", 0, message
                + "; only one of the two can be imported");
    }

    /** What can be imported at the top of {@code root}: true for whole modules, false for parts of a namespace, which can share a name. */
    private static Map<String, Boolean> modules(Path root) throws IOException {
        Map<String, Boolean> modules = new TreeMap<>();
        try (Stream<Path> files = Files.list(root)) {
            files.forEach(
                    file -> module(file).ifPresent(name -> modules.merge(name, isWhole(file), Boolean::logicalOr)));
        }
        return modules;
    }

    private static Optional<String> module(Path file) {
        String name = file.getFileName().toString();
        boolean folder = Files.isDirectory(file);
        if (!folder && ENDINGS.stream().noneMatch(name::endsWith)) {
            return Optional.empty();
        }
        // Extension modules have their ABI between name and ending: "x.cpython-313-x86_64-linux-gnu.so".
        String module = folder ? name : name.substring(0, name.indexOf('.'));
        return Optional.of(module).filter(IDENTIFIER.asMatchPredicate()).filter(each -> !each.equals("__pycache__"));
    }

    /** Import looks for {@code __init__} with each ending (importlib, FileFinder.find_spec). */
    private static boolean isWhole(Path file) {
        return !Files.isDirectory(file)
                || ENDINGS.stream().anyMatch(ending -> Files.isRegularFile(file.resolve("__init__" + ending)));
    }

    private static Set<String> library() {
        try (InputStream names = Shadowing.class.getResourceAsStream("stdlib-3.13.txt")) {
            return new String(names.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException("a resource cannot be read", e);
        }
    }
}

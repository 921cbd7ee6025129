package dev.weir.wire.zip;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What entries may be called: relative, with '/', one file per name on any file system, and nothing that a terminal would act on. */
final class EntryNames {
    private static final int PRINTABLE = 260;
    /** NAME_MAX of Linux' file systems (limits.h), in bytes. */
    private static final int MAX_SEGMENT = 255;

    private EntryNames() {}

    /** What is wrong with one name, if anything. A '/' at the end makes it a folder's and is legal. */
    static Optional<ZipFault> check(String name, ZipLimits limits) {
        List<String> segments = List.of((name.endsWith("/") ? name.substring(0, name.length() - 1) : name)
                .split("/", -1));
        if (name.indexOf('\0') >= 0) {
            return fault(ZipRule.NUL_IN_PATH, name, "the path has a NUL character");
        } else if (name.isEmpty() || name.codePoints().anyMatch(EntryNames::isInvisible)) {
            return fault(ZipRule.ILLEGAL_NAME, name, "the path is empty or has control or format characters");
        } else if (name.startsWith("/") || name.startsWith("\\") || isDrive(name)) {
            return fault(ZipRule.ABSOLUTE_PATH, name, "the path is absolute");
        } else if (name.indexOf('\\') >= 0 || segments.contains("..")) {
            return fault(ZipRule.PATH_ESCAPE, name, "the path has '..' or a backslash");
        } else if (segments.contains("") || segments.contains(".")) {
            return fault(ZipRule.ILLEGAL_NAME, name, "the path has an empty segment or '.'");
        } else if (name.length() > limits.maxPath() || segments.size() > limits.maxDepth()) {
            return fault(ZipRule.PATH_TOO_LONG, name, "the path is longer than " + limits.maxPath()
                    + " characters or deeper than " + limits.maxDepth());
        } else if (segments.stream().anyMatch(EntryNames::isTooLong)) {
            return fault(ZipRule.PATH_TOO_LONG, name, "a segment of the path is longer than " + MAX_SEGMENT
                    + " bytes of UTF-8");
        }
        return Optional.empty();
    }

    /** Names that are one and the same where case or Unicode form do not count, and files that are also folders. */
    static List<ZipFault> clashes(List<String> names) {
        List<ZipFault> faults = new ArrayList<>();
        Map<String, Boolean> isFile = new HashMap<>();
        for (String name : names) {
            String key = key(name);
            boolean file = !name.endsWith("/");
            if (isFile.putIfAbsent(key, file) != null) {
                fault(ZipRule.DUPLICATE_NAME, name, "two entries have the same name").ifPresent(faults::add);
            }
        }
        for (String name : names) {
            String key = key(name);
            for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
                if (isFile.getOrDefault(key.substring(0, slash), false)) {
                    fault(ZipRule.DUPLICATE_NAME, name, "a folder of this path is also a file")
                            .ifPresent(faults::add);
                    break;
                }
            }
        }
        return faults;
    }

    /** Without what must not reach a log or a terminal, and short. */
    static String printable(String name) {
        return name.codePoints().limit(PRINTABLE).map(point -> isInvisible(point) ? '?' : point)
                .mapToObj(Character::toString).collect(Collectors.joining());
    }

    /** Upper case first: that folds what lower case alone keeps apart, such as the two lower-case sigmas. */
    private static String key(String name) {
        String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        String folded = Normalizer.normalize(path, Normalizer.Form.NFC).toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
        return Normalizer.normalize(folded, Normalizer.Form.NFC);
    }

    private static boolean isTooLong(String segment) {
        return segment.getBytes(StandardCharsets.UTF_8).length > MAX_SEGMENT;
    }

    private static boolean isDrive(String name) {
        return name.length() >= 2 && name.charAt(1) == ':' && Character.isLetter(name.charAt(0));
    }

    private static boolean isInvisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                true;
            default -> false;
        };
    }

    private static Optional<ZipFault> fault(ZipRule rule, String name, String message) {
        return Optional.of(new ZipFault(rule, printable(name), message));
    }
}

package dev.weir.cli.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Words taken apart into flags and the rest. Flags may stand anywhere up to {@code --}; a value follows after a blank or after {@code =}.
 *
 * @param flags those that are given, with their values in order; a switch has the value {@code true} or {@code false}
 * @param help whether help is asked for; nothing else counts then
 */
record Words(List<String> rest, Map<String, List<String>> flags, boolean help) {
    /** @param known whether a flag takes a value, by its name with the hyphens */
    static Words of(List<String> words, Map<String, Boolean> known) {
        List<String> rest = new ArrayList<>();
        Map<String, List<String>> flags = new LinkedHashMap<>();
        for (int at = 0; at < words.size(); at++) {
            String word = words.get(at);
            if (word.equals("--")) {
                rest.addAll(words.subList(at + 1, words.size()));
                break;
            } else if (word.equals("-h") || word.equals("--help")) {
                return new Words(List.of(), Map.of(), true);
            } else if (!word.startsWith("-") || word.equals("-")) {
                rest.add(word);
            } else {
                int equals = word.indexOf('=');
                String name = equals < 0 ? word : word.substring(0, equals);
                Boolean takesValue = known.get(name);
                if (takesValue == null) {
                    throw new Misuse("unknown flag " + name + "; code that begins with - goes after --");
                }
                String value = equals >= 0 ? word.substring(equals + 1) : "true";
                if (takesValue && equals < 0) {
                    if (++at == words.size()) {
                        throw new Misuse(name + " needs a value");
                    }
                    value = words.get(at);
                }
                flags.computeIfAbsent(name, _ -> new ArrayList<>()).add(takesValue ? value : truth(name, value));
            }
        }
        return new Words(rest, flags, false);
    }

    /** Whether it is given, with whatever value. */
    boolean has(String name) {
        return flags.containsKey(name);
    }

    boolean on(String name) {
        return one(name).orElse("false").equals("true");
    }

    /** The last one wins. */
    Optional<String> one(String name) {
        return Optional.ofNullable(flags.get(name)).map(List::getLast);
    }

    List<String> all(String name) {
        return flags.getOrDefault(name, List.of());
    }

    private static String truth(String name, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "t", "1" -> "true";
            case "false", "f", "0" -> "false";
            default -> throw new Misuse(name + " is a switch: it takes no value but true or false");
        };
    }
}

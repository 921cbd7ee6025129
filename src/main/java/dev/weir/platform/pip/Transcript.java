package dev.weir.platform.pip;

import dev.weir.feature.skill.Finding;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The end of what an installer said, fit to be shown to the owner of a skill. Blocking. */
final class Transcript {
    private static final int TAIL = 8 * 1024;
    private static final int LINES = 8;
    private static final int WIDTH = 300;

    private Transcript() {}

    /** @param hidden places on this machine, which are nobody's business */
    static Finding finding(Path log, List<String> hidden) throws IOException {
        String text = clean(tail(log), hidden);
        String rule = text.contains("DO NOT MATCH THE HASHES") || text.contains("Hash mismatch")
                ? "deps.hash-mismatch"
                : "deps.unresolved";
        return Requirements.error(rule, 0, "the installer refused the requirements: " + text);
    }

    static String clean(String said, List<String> hidden) {
        String text = said.replaceAll("([a-z+]+://)[^/@\\s]+@", "$1").replaceAll("(https?://[^\\s?]+)\\?\\S+", "$1");
        for (String place : hidden) {
            text = place.isEmpty() ? text : text.replace(place, "...");
        }
        List<String> lines = text.lines().map(line -> line.replaceAll("\\p{Cntrl}", "").strip())
                .filter(line -> !line.isEmpty() && !line.startsWith("WARNING:") && !line.startsWith("[notice]"))
                .map(line -> line.length() > WIDTH ? line.substring(0, WIDTH) + "..." : line).toList();
        return lines.subList(Math.max(0, lines.size() - LINES), lines.size()).stream()
                .collect(Collectors.joining("\n"));
    }

    private static String tail(Path log) throws IOException {
        try (SeekableByteChannel file = Files.newByteChannel(log)) {
            file.position(Math.max(0, file.size() - TAIL));
            return new String(Channels.newInputStream(file).readNBytes(TAIL), StandardCharsets.UTF_8);
        }
    }
}

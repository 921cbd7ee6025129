package dev.weir.platform.pip;

import dev.weir.feature.skill.Finding;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The end of what an installer said, fit to be shown to the owner of a skill. Blocking.
 *
 * @param places on this machine, which are nobody's business; empty ones are none
 * @param indexes URLs of the operator's choice, of which neither the host nor a credential is shown; empty ones are none
 */
record Transcript(List<String> places, List<String> indexes) {
    private static final int TAIL = 8 * 1024;
    private static final int LINES = 8;
    private static final int WIDTH = 300;
    private static final String INDEX = "the index";
    private static final Pattern URL = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\\s'\"<>]++");
    /** Said by {@code wheels_only.py}. */
    private static final Pattern ASKS_BY_URL = Pattern.compile("(?m)^WEIR-REFUSED-URL ([A-Za-z0-9._-]{1,200})$");
    private static final String UV_ASKS_BY_URL = "URL dependencies must be expressed as direct requirements";

    Finding finding(Path log) throws IOException {
        String said = tail(log);
        Matcher byUrl = ASKS_BY_URL.matcher(said);
        if (byUrl.find()) {
            return Requirements.error("deps.url", 0, "a dependency asks for '" + byUrl.group(1) + "' by a URL; only"
                    + " what an index has by name and version is bundled");
        }
        String text = clean(said);
        if (said.contains(UV_ASKS_BY_URL)) {
            return Requirements.error("deps.url", 0, "a dependency asks for another by a URL; only what an index has"
                    + " by name and version is bundled: " + text);
        }
        String rule = text.contains("DO NOT MATCH THE HASHES") || text.contains("Hash mismatch")
                ? "deps.hash-mismatch"
                : "deps.unresolved";
        return Requirements.error(rule, 0, "the installer refused the requirements: " + text);
    }

    String clean(String said) {
        String text = said;
        for (String index : indexes) {
            text = index.isBlank() ? text : withoutIndex(text, index);
        }
        text = text.replaceAll("([a-z+]+://)[^/@\\s]+@", "$1").replaceAll("(https?://[^\\s?]+)\\?\\S+", "$1");
        for (String place : places) {
            text = place.isEmpty() ? text : text.replace(place, "...");
        }
        List<String> lines = text.lines().map(line -> line.replaceAll("\\p{Cntrl}", "").strip())
                .filter(line -> !line.isEmpty() && !line.startsWith("WARNING:") && !line.startsWith("[notice]"))
                .map(line -> line.length() > WIDTH ? line.substring(0, WIDTH) + "..." : line).toList();
        return lines.subList(Math.max(0, lines.size() - LINES), lines.size()).stream()
                .collect(Collectors.joining("\n"));
    }

    /** First every URL there, whole; then the URL's parts, which installers name by themselves, too. */
    private static String withoutIndex(String said, String index) {
        String authority = authority(index);
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        String name = host.replaceFirst(":\\d*$", "");
        String text = said.replace(index, INDEX);
        if (!name.isEmpty()) {
            String lower = name.toLowerCase(Locale.ROOT);
            text = URL.matcher(text).replaceAll(found -> Matcher.quoteReplacement(
                    found.group().toLowerCase(Locale.ROOT).contains(lower) ? INDEX : found.group()));
        }
        List<String> parts = new ArrayList<>();
        if (authority.contains("@")) {
            parts.add(authority.substring(0, authority.lastIndexOf('@')));
        }
        parts.add(host);
        parts.add(name);
        parts.add(path(index));
        for (String part : parts) {
            text = part.length() < 2
                    ? text
                    : Pattern.compile(part, Pattern.LITERAL | Pattern.CASE_INSENSITIVE).matcher(text)
                            .replaceAll(INDEX);
        }
        return text;
    }

    private static String authority(String index) {
        return index.replaceFirst("^[^:/]*://", "").replaceFirst("[/?#].*$", "");
    }

    private static String path(String index) {
        try {
            String path = URI.create(index).getRawPath();
            return path == null ? "" : path.replaceFirst("/+$", "");
        } catch (IllegalArgumentException notAUrl) {
            return "";
        }
    }

    /** Whole lines only: half of a URL would not be known as one. */
    private static String tail(Path log) throws IOException {
        try (SeekableByteChannel file = Files.newByteChannel(log)) {
            long start = Math.max(0, file.size() - TAIL);
            file.position(start);
            String text = new String(Channels.newInputStream(file).readNBytes(TAIL), StandardCharsets.UTF_8);
            int end = text.indexOf('\n');
            return start == 0 ? text : end < 0 ? "" : text.substring(end + 1);
        }
    }
}

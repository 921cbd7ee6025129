package dev.weir.platform.pip;

import dev.weir.feature.skill.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strict reading of {@code requirements.txt}: names, extras, versions, markers and hashes (PEP 508, and pip's {@code --hash}). Everything
 * that reaches outside, such as URLs, paths, further files, index options and environment variables, is refused by its line.
 */
record Requirements(List<Requirement> accepted, List<Finding> findings) {
    static final int MAX_LINES = 200;
    private static final int MAX_LINE = 4096;
    private static final String FILE = "requirements.txt";

    private static final Pattern HASH = Pattern.compile("\\s--hash[=\\s]\\s*+(\\S++)");
    private static final Pattern SHA256 = Pattern.compile("sha256:([0-9a-fA-F]{64})");
    private static final Pattern BLANKS = Pattern.compile("\\s++");
    private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*$");

    Requirements {
        accepted = List.copyOf(accepted);
        findings = List.copyOf(findings);
    }

    static Requirements parse(String text) {
        List<String> lines = text.replaceFirst("^\uFEFF", "").lines().limit(MAX_LINES + 1L).toList();
        if (lines.size() > MAX_LINES) {
            return new Requirements(List.of(), List.of(error("deps.too-many-lines", 0,
                    "the file has more than " + MAX_LINES + " lines")));
        }
        List<Requirement> accepted = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        StringBuilder logical = new StringBuilder();
        int start = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            start = logical.isEmpty() ? i + 1 : start;
            boolean goesOn = line.endsWith("\\") && i + 1 < lines.size();
            logical.append(goesOn ? line.substring(0, line.length() - 1) + " " : line);
            if (!goesOn) {
                String whole = logical.toString();
                logical.setLength(0);
                read(whole, start, accepted, findings);
            }
        }
        return new Requirements(accepted, findings);
    }

    private static void read(String whole, int number, List<Requirement> accepted, List<Finding> findings) {
        if (whole.length() > MAX_LINE || whole.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c > 0x7e)) {
            findings.add(error("deps.syntax", number, "the line is too long, or not plain ASCII"));
            return;
        }
        String line = COMMENT.matcher(whole).replaceFirst("").strip();
        if (line.isEmpty()) {
            return;
        }
        // Runs of blanks are what patterns go back and forth in.
        Optional<Finding> refused = refusal(BLANKS.matcher(line).replaceAll(" "), number);
        if (refused.isPresent()) {
            findings.add(refused.get());
            return;
        }
        List<String> hashes = new ArrayList<>();
        Matcher options = HASH.matcher(line);
        while (options.find()) {
            Matcher hash = SHA256.matcher(options.group(1));
            if (!hash.matches()) {
                findings.add(error("deps.hash", number, "a hash must be sha256: and 64 hexadecimal digits"));
                return;
            }
            hashes.add(hash.group(1).toLowerCase(Locale.ROOT));
        }
        String rest = options.replaceAll("").strip();
        Optional<Line.Parts> parts = Line.parse(rest);
        if (rest.contains(" --")) {
            findings.add(error("deps.option", number, "no option but --hash is allowed"));
        } else if (parts.isEmpty()) {
            findings.add(error("deps.syntax", number, "this is not a name with extras, versions, a marker and hashes"));
        } else if (!parts.get().marker().map(Marker::isLegal).orElse(true)) {
            findings.add(error("deps.marker", number, "the marker behind ';' cannot be understood"));
        } else {
            accepted.add(new Requirement(rest, Requirement.normal(parts.get().name()), hashes));
        }
    }

    /** What is refused for what it would do, told apart from what is merely misspelt. */
    private static Optional<Finding> refusal(String line, int number) {
        if (line.contains("${")) {
            return Optional.of(error("deps.env-variable", number, "environment variables are not expanded"));
        }
        if (line.startsWith("-")) {
            return Optional.of(error("deps.option", number, "options are not allowed: the index is the operator's"
                    + " choice, and further files, constraints and editable installs cannot be bundled"));
        }
        if (line.matches("(?:git|hg|svn|bzr)\\+.*|.*@\\s*(?:git|hg|svn|bzr)\\+.*")) {
            return Optional
                    .of(error("deps.vcs", number, "version control cannot be installed from: it would run code"));
        }
        if (line.contains("://") || line.matches("[A-Za-z0-9._-]++ ?+(?:\\[[^\\]]*+])?+ ?+@.*")) {
            return Optional.of(error("deps.url", number, "URLs are not allowed; name the package and its version"));
        }
        String beforeMarker = line.replaceFirst(";.*", "");
        if (beforeMarker.matches("[.~].*|.*[/\\\\].*|.*\\.(?:whl|zip|tar|gz|bz2|tgz)\\s*")) {
            return Optional.of(error("deps.path", number, "paths and files are not allowed"));
        }
        return Optional.empty();
    }

    static Finding error(String rule, int line, String message) {
        return new Finding(rule, "error", FILE, line, message);
    }
}

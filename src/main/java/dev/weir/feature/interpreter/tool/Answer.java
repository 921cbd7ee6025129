package dev.weir.feature.interpreter.tool;

import dev.weir.feature.interpreter.tool.ToolResult.Structured;
import dev.weir.feature.interpreter.tool.ToolResult.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What the parts of one answer come to (features S1-17 to S1-19): texts are standard output as it comes, of the structured part the error output
 * is; its {@code stdout} repeats the texts, and is shown only where there were none, so that no output is lost or shown twice. Used by one
 * thread at a time.
 */
public final class Answer {
    private final Kept stdout;
    private final Kept structuredOut;
    private final Kept stderr;
    private boolean hasText;
    private OptionalInt exitCode = OptionalInt.empty();
    private OptionalDouble executionTime = OptionalDouble.empty();
    private boolean isError;

    /** So many bytes of UTF-8 are kept of each, at most. */
    public Answer(int maxStdout, int maxStderr) {
        this.stdout = new Kept(maxStdout);
        this.structuredOut = new Kept(maxStdout);
        this.stderr = new Kept(maxStderr);
    }

    /** Output to be shown now; {@code stream} is {@code stdout} or {@code stderr}. */
    public record Piece(String stream, String text) {}

    /** Takes a part; what of it is to be shown, whole, however much is kept. */
    public List<Piece> add(ToolResult part) {
        List<Piece> shown = new ArrayList<>();
        for (ToolResult.Content block : part.content()) {
            if (block instanceof Text text && !text.text().isEmpty() && !isErrorOutput(part, text.text())) {
                hasText = true;
                stdout.add(text.text());
                shown.add(new Piece("stdout", text.text()));
            }
        }
        part.structured().ifPresent(structured -> add(structured, shown));
        isError |= part.isError();
        return shown;
    }

    /** A block of an error that says what the error output says is no standard output. */
    private static boolean isErrorOutput(ToolResult part, String text) {
        return part.isError() && part.structured().flatMap(Structured::stderr)
                .filter(stderr -> stderr.strip().equals(text.strip())).isPresent();
    }

    private void add(Structured structured, List<Piece> shown) {
        structured.stdout().ifPresent(structuredOut::add);
        structured.stderr().filter(text -> !text.isEmpty()).ifPresent(text -> {
            stderr.add(text);
            shown.add(new Piece("stderr", text));
        });
        exitCode = structured.exitCode().isPresent() ? structured.exitCode() : exitCode;
        executionTime = structured.executionTime().isPresent() ? structured.executionTime() : executionTime;
    }

    /** There are no more parts: output that only the structured parts had, as far as it was kept. */
    public Optional<Piece> rest() {
        String whole = structuredOut.text();
        String shown = hasText ? stdout.text() : "";
        if (structuredOut.bytes() <= stdout.bytes()) {
            return Optional.empty();
        }
        if (whole.startsWith(shown)) {
            return Optional.of(new Piece("stdout", whole.substring(shown.length())));
        }
        // An early part had no text: late is better than never.
        return whole.endsWith(shown)
                ? Optional.of(new Piece("stdout", whole.substring(0, whole.length() - shown.length())))
                : Optional.empty();
    }

    /**
     * The structured parts', for they are authoritative (feature S3-67); the texts where there are none, or where an early part had a text
     * only, so that the structured parts' are no more than the end of them.
     */
    public Kept stdout() {
        return structuredOut.bytes() > 0 && !isEndOfTexts() ? structuredOut : stdout;
    }

    private boolean isEndOfTexts() {
        return structuredOut.bytes() < stdout.bytes() && stdout.text().endsWith(structuredOut.text());
    }

    public Kept stderr() {
        return stderr;
    }

    /** The last that was said. */
    public OptionalInt exitCode() {
        return exitCode;
    }

    public OptionalDouble executionTime() {
        return executionTime;
    }

    /** Whether any part said so. */
    public boolean isError() {
        return isError;
    }
}

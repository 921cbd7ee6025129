package dev.weir.emulator.interpreter;

import dev.weir.emulator.interpreter.Pieces.Piece;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells what a program puts out as {@code result} events. What comes within a moment makes one event, so that a short program is answered
 * with a single one; standard output and pictures are content, and the last event has all output as structured content. One thread.
 */
final class Narration {
    private static final int MOMENT_MILLIS = 50;
    private static final int IDLE_MILLIS = 10_000;
    private static final int MOST_AT_ONCE = 64 * 1024;
    private static final int MOST_PICTURES = 50;
    private static final double NANOS = 1e9;

    private final Answer answer;
    private final Supplier<String> note;
    private final Transcript stdout = new Transcript();
    private final Transcript stderr = new Transcript();
    private final StringBuilder pending = new StringBuilder();
    private final long began = System.nanoTime();
    private int pictures;

    /** @param note what the call has to say about the end of the program, then; mostly nothing */
    Narration(Answer answer, Supplier<String> note) {
        this.answer = answer;
        this.note = note;
    }

    /** Until the end of the program, which is told as well. Blocks, also while the reader is slow. */
    void tell(Pieces pieces) throws InterruptedException {
        try {
            long due = 0;
            while (true) {
                long now = System.nanoTime() / 1_000_000;
                Optional<Piece> piece = pieces.poll(pending.isEmpty() ? IDLE_MILLIS : Math.max(0, due - now));
                if (piece.isPresent() && pending.isEmpty()) {
                    due = System.nanoTime() / 1_000_000 + MOMENT_MILLIS;
                }
                if (piece.isPresent() && piece.get() instanceof Piece.End end) {
                    answer.next(last(end));
                    return;
                }
                piece.ifPresent(this::take);
                if (piece.isEmpty() || pending.length() >= MOST_AT_ONCE) {
                    flush();
                }
                if (piece.isPresent() && piece.get() instanceof Piece.Picture picture && pictures++ < MOST_PICTURES) {
                    flush();
                    answer.next(Results.of(new JsonArray().add(Results.picture(picture.base64())), false));
                }
            }
        } finally {
            pieces.close();
        }
    }

    private void take(Piece piece) {
        if (piece instanceof Piece.Text text) {
            if (text.isError()) {
                stderr.add(text.text());
            } else {
                pending.append(stdout.add(text.text()));
            }
        }
    }

    private void flush() throws InterruptedException {
        if (!pending.isEmpty()) {
            answer.next(Results.of(new JsonArray().add(Results.text(pending.toString())), false));
            pending.setLength(0);
        }
    }

    private JsonObject last(Piece.End end) {
        stderr.add(end.note());
        stderr.add(note.get());
        JsonArray content = new JsonArray();
        if (!pending.isEmpty()) {
            content.add(Results.text(pending.toString()));
        }
        return Results.of(content, end.exitCode() != 0).put("structuredContent",
                Results.output(stdout.text(), stderr.text()).put("exitCode", end.exitCode())
                        .put("executionTime", (System.nanoTime() - began) / NANOS));
    }
}

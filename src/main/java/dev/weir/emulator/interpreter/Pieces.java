package dev.weir.emulator.interpreter;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a program puts out, on its way to the one who tells it: a few pieces at most are under way, so a slow reader slows the program down. */
final class Pieces {
    private static final int UNDER_WAY = 16;
    private static final int LOOK_MILLIS = 100;

    private final BlockingQueue<Piece> queue = new ArrayBlockingQueue<>(UNDER_WAY);
    private volatile boolean closed;

    sealed interface Piece {
        record Text(boolean isError, String text) implements Piece {}

        /** @param base64 a PNG */
        record Picture(String base64) implements Piece {}

        /**
         * The last one.
         *
         * @param note what there is to say about how it ended, for the reader of the error output; mostly empty
         */
        record End(int exitCode, String note) implements Piece {}
    }

    /** Waits for room; after {@link #close} pieces are dropped. */
    void put(Piece piece) {
        try {
            while (!closed && !queue.offer(piece, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                Thread.onSpinWait();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next one, or empty when none came in so long. */
    Optional<Piece> poll(long millis) throws InterruptedException {
        return Optional.ofNullable(queue.poll(millis, TimeUnit.MILLISECONDS));
    }

    /** Nobody asks for more. */
    void close() {
        closed = true;
        queue.clear();
    }
}

package dev.weir.emulator;

import dev.weir.emulator.MessageMeter.Reading;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * One direction of a tunnel. Frames are passed on as they are, fragments included. While the far side cannot take more, nothing is read
 * from the near side, so that at most one frame more than the write queue holds is ever waiting. One event loop.
 */
final class Pump {
    /** What a pump reports; the tunnel acts. */
    interface Events {
        /** Anything came in, also a ping. */
        void moved();

        void exceeded(Reading reading);

        /** The near side is done and everything it sent has been passed on; 1006 if it broke off. */
        void finished(int code, String reason);
    }

    private final Vertx vertx;
    private final WebSocket from;
    private final WebSocket to;
    private final MessageMeter meter;
    private final Duration nap;
    private final Events events;
    private boolean napping;
    private boolean pongsDue;
    private boolean paused = true;
    private boolean broken;
    private boolean over;

    /** @param nap pause after each data frame, the slow-reader fault; zero = none */
    Pump(Vertx vertx, WebSocket from, WebSocket to, MessageMeter meter, Duration nap, Events events) {
        this.vertx = vertx;
        this.from = from;
        this.to = to;
        this.meter = meter;
        this.nap = nap;
        this.events = events;
    }

    /** {@code from} must be paused. */
    void start(Consumer<Throwable> onProtocolError) {
        if (from.isClosed()) {
            broken();
            return;
        }
        from.frameHandler(this::onFrame);
        from.closeHandler(_ -> broken());
        from.exceptionHandler(onProtocolError::accept);
        update();
    }

    /** A write queue has drained, or a nap is over. */
    void update() {
        boolean hold = napping || isFull(to) || (pongsDue && isFull(from));
        pongsDue = pongsDue && hold;
        if (over || hold == paused) {
            return;
        }
        paused = hold;
        if (hold) {
            from.pause();
        } else {
            from.resume();
            finishIfBroken();
        }
    }

    /** Passes nothing on any more, but reads, so that the near side's close frame is seen. */
    void stop() {
        over = true;
        from.resume();
    }

    private void onFrame(WebSocketFrame frame) {
        if (over) {
            return;
        }
        events.moved();
        if (frame.isClose()) {
            over = true;
            events.finished(frame.closeStatusCode(), frame.closeReason());
            return;
        }
        if (frame.isPing()) {
            // Vert.x has answered it already, whether or not the peer reads.
            pongsDue = true;
        } else if (frame.isText() || frame.isBinary() || frame.isContinuation()) {
            passOn(frame);
        }
        update();
    }

    private void passOn(WebSocketFrame frame) {
        Reading reading = meter.count(frame.binaryData().length(), frame.isFinal(), System.nanoTime());
        if (reading != Reading.FINE) {
            events.exceeded(reading);
            return;
        }
        if (!to.isClosed()) {
            to.writeFrame(frame);
        }
        if (!nap.isZero()) {
            napping = true;
            vertx.setTimer(nap.toMillis(), _ -> {
                napping = false;
                update();
            });
        }
    }

    /** The connection is gone without a close frame; what had come before still waits if the pump is paused. */
    private void broken() {
        broken = true;
        finishIfBroken();
    }

    private void finishIfBroken() {
        if (broken && !paused) {
            vertx.runOnContext(_ -> {
                if (!over && !paused) {
                    over = true;
                    events.finished(1006, "");
                }
            });
        }
    }

    private static boolean isFull(WebSocket socket) {
        return !socket.isClosed() && socket.writeQueueFull();
    }
}

package dev.weir.bench.fanout;

import java.util.List;

/**
 * One measurement: who subscribes to what, and how it is published.
 *
 * @param pids the server's processes, whose CPU time and memory are reported
 */
record Load(Target target, Events events, Pace pace, Times times, Pause pause, List<Long> pids) {

    /** Whether subscribers are sent Server-Sent Events or WebSocket frames. */
    enum Protocol {
        SSE, WEBSOCKET
    }

    /** How messages get in: lines of one endless POST, a POST each, or not from here. */
    enum Way {
        LINES, POSTS, NONE
    }

    /**
     * Where to subscribe and to publish, on 127.0.0.1.
     *
     * @param header a header line of the subscriber's request; empty for none
     */
    record Target(int port, String path, String header, Way way, int publishPort, String publishPath) {}

    record Events(Protocol protocol, int subscribers, int size) {}

    /**
     * @param rate messages a second; 0: as fast as the window allows
     * @param window so many messages at most are published and not yet received by everybody; 0: no limit
     * @param pipeline so many POSTs at most without an answer
     * @param count messages that somebody else publishes
     */
    record Pace(double rate, int window, int pipeline, long count) {
        static Pace saturated(int window) {
            return new Pace(0, window, 32, 0);
        }

        static Pace rate(double rate) {
            return new Pace(rate, 0, 32, 0);
        }

        static Pace listening(long count) {
            return new Pace(0, 0, 0, count);
        }
    }

    /** Seconds: of publishing before it counts, of publishing that counts, at most for what is under way then, and how long nothing may move. */
    record Times(double warm, double measured, double drain, double stall) {}

    /**
     * @param every each so-manieth subscriber stops reading when it begins to count; 0: none
     * @param seconds for how long
     */
    record Pause(int every, double seconds) {
        static final Pause NONE = new Pause(0, 0);
    }

    /** How many stop reading for a while. */
    int slow() {
        return pause.every() == 0 ? 0 : (events.subscribers() + pause.every() - 1) / pause.every();
    }

    /** Nothing is published: the subscribers are held for {@code times.measured()}. */
    boolean idle() {
        return target.way() == Way.NONE && pace.count() == 0;
    }
}

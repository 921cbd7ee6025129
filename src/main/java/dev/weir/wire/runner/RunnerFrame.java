package dev.weir.wire.runner;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What a runner says to a gateway. */
public sealed interface RunnerFrame {
    /** First frame of every connection. {@code boot} names this life of the microVM: another value means its memory is gone. */
    record Hello(String boot) implements RunnerFrame {}

    /** Answer to {@code attach}: whether the run is (now) known, and the number of its newest event. */
    record Attached(boolean known, long last) implements RunnerFrame {}

    /** Answer to an {@code attach} with an old fence; the runner closes the connection after it. */
    record Refused(String reason) implements RunnerFrame {}

    /** Consecutive events; the first has number {@code first}, numbers count from 1 without gaps. */
    record Events(long first, List<Event> events) implements RunnerFrame {
        public Events {
            events = List.copyOf(events);
        }
    }

    /** One thing that happened in the handler. */
    sealed interface Event {}

    /** Text the handler's process wrote; {@code stream} is {@code stdout} or {@code stderr}. */
    record Output(String stream, String text) implements Event {}

    /** A value the handler yielded. */
    record Message(JsonNode value) implements Event {}

    /** Always the last event. */
    record Succeeded(JsonNode output) implements Event {}

    /**
     * Always the last event.
     *
     * @param kind {@code handler_error} (it raised, or died), {@code output_invalid} (its result is not JSON or too large), or
     *     {@code runtime_error} (the runner could not run it)
     */
    record Failed(String kind, String message) implements Event {}

    /** Always the last event: ended because the gateway said so. */
    record Cancelled() implements Event {}

    /** Always the last event: ended because its time was up. */
    record TimedOut() implements Event {}
}

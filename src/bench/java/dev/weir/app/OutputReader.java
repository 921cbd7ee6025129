package dev.weir.app;

import dev.weir.fixture.Api;
import dev.weir.fixture.EventProbe.Seen;
import dev.weir.fixture.SseProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

/** Reads what {@link LargeRun}'s handler says and checks every byte of it; resumes when its stream is interrupted. */
final class OutputReader implements Callable<OutputReader.Result> {
    private static final int LINE = 100;
    private static final int VALUE = 1990;

    private final Api api;
    private final String run;
    private final LongConsumer progress;
    private final LongPredicate waits;
    private volatile long bytes;
    private volatile boolean over;
    private long values;
    private int events;
    private int resumed;
    private String last = "";

    OutputReader(Api api, String run, LongConsumer progress) {
        this(api, run, progress, _ -> false);
    }

    private OutputReader(Api api, String run, LongConsumer progress, LongPredicate waits) {
        this.api = api;
        this.run = run;
        this.progress = progress;
        this.waits = waits;
    }

    /** One that is never further than the {@code part}th part of what {@code fast} has read, until that one is through. */
    static OutputReader slower(Api api, String run, OutputReader fast, int part) {
        return new OutputReader(api, run, _ -> {}, read -> !fast.over && read > fast.bytes / part);
    }

    /**
     * What was read.
     *
     * @param bytes of output
     * @param lost why the stream ended before its end, if it did
     */
    record Result(long bytes, int events, int resumed, Optional<String> lost) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%d bytes in %d events%s%s", bytes, events,
                    resumed == 0 ? "" : ", resumed " + resumed + " times",
                    lost.map(why -> ", LOST: " + why).orElse(""));
        }
    }

    @Override
    public Result call() throws IOException, InterruptedException {
        try {
            for (int connections = 0; !over && connections < 100; connections++) {
                try (SseProbe probe = SseProbe.open(api, run, last)) {
                    if (probe.status() != 200) {
                        return result(Optional.of("answered " + probe.status()));
                    }
                    read(probe);
                }
                resumed += over ? 0 : 1;
            }
            return result(over ? Optional.empty() : Optional.of("no end seen"));
        } finally {
            over = true;
        }
    }

    private Result result(Optional<String> lost) {
        return new Result(bytes, events, resumed, lost);
    }

    private void read(SseProbe probe) throws IOException {
        for (Optional<Seen> next = probe.next(); next.isPresent(); next = probe.next()) {
            Seen event = next.get();
            if (event.type().equals("stream.reset")) {
                throw new IllegalStateException("the stream began anew after " + last);
            }
            if (!event.id().isEmpty()) {
                follows(event.id());
            }
            switch (event.type()) {
                case "run.output" -> printed(Api.json(event.data()).path("text").asText());
                case "run.message" -> yielded(Api.json(event.data()).path("message").asText());
                case "run.succeeded" -> over = true;
                case "run.failed" -> throw new IllegalStateException(event.data());
                default -> {
                    // Queued, started.
                }
            }
            progress.accept(bytes);
            while (waits.test(bytes)) {
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
        }
    }

    private void follows(String id) {
        events++;
        if (!id.equals("1-" + events)) {
            throw new IllegalStateException(id + " after " + last);
        }
        last = id;
    }

    private void printed(String text) {
        long at = bytes;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != expected(at + i)) {
                throw new IllegalStateException("wrong output at byte " + (at + i));
            }
        }
        bytes = at + text.length();
    }

    private static char expected(long position) {
        int column = (int) (position % LINE);
        if (column == LINE - 1) {
            return '\n';
        }
        return column > 9 ? 'x' : column == 9 ? ' ' : digit(position / LINE, column);
    }

    private static char digit(long number, int column) {
        long shifted = number;
        for (int i = 8; i > column; i--) {
            shifted /= 10;
        }
        return (char) ('0' + shifted % 10);
    }

    private void yielded(String value) {
        if (value.length() != VALUE || !value.startsWith(String.format(Locale.ROOT, "%09d ", values))) {
            throw new IllegalStateException("wrong value after " + values);
        }
        values++;
        bytes = bytes + VALUE + 10;
    }
}

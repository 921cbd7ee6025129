package dev.weir.feature.run.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.EventType;
import dev.weir.feature.run.event.RunEvent;
import dev.weir.feature.run.event.RunId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FeedsTest {
    private static final RunId RUN = new RunId("run_1");
    private static final RunEvent END = new RunEvent(new EventId(1, 6), EventType.SUCCEEDED, Buffer.buffer("{}"));

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Executor loop = tasks::add;
    private final ListLog log = new ListLog();
    private final List<String> encoded = new ArrayList<>();
    private final List<String> released = new ArrayList<>();
    private final Encoding<String> encoding = new Encoding<>() {
        @Override
        public String encode(List<RunEvent> list) {
            encoded.add(encoded.size() + ": " + list.getFirst().id() + ".." + list.getLast().id());
            return encoded.getLast();
        }

        @Override
        public void release(String value) {
            released.add(value);
        }
    };
    private Instant now = Instant.EPOCH;
    private Optional<RunEvent> recorded = Optional.empty();
    private final Feeds feeds = new Feeds(log, _ -> Future.succeededFuture(new RunState(recorded)), () -> now,
            new Feeds.Limits(8, 1 << 20, Duration.ofSeconds(30)));

    @Test
    void historyThenLiveWithoutHoleOrRepeat() {
        log.append(RUN, 1, events(1, 3));
        Publication publication = feeds.publish(RUN, 1, 3, 3);
        Probe probe = new Probe();
        subscribe(EventId.START, probe);

        publication.publish(events(4, 5));
        run();
        publication.finish(END);
        run();

        assertThat(probe.seen).containsExactly("1-1", "1-2", "1-3", "1-4", "1-5", "1-6");
        assertThat(probe.ends).isEqualTo(1);
    }

    /** Who is writable again takes what it missed at once, and may leave before the next turn. */
    @Test
    void whatIsEncodedForTheLastReaderIsReleasedWhenItLeaves() {
        Publication publication = feeds.publish(RUN, 1, 0, 0);
        Probe probe = new Probe();
        probe.onBatch = batch -> batch.as(encoding);
        Subscription subscription = subscribe(EventId.START, probe);
        probe.writable = false;
        publication.publish(events(1, 2));
        run();

        probe.writable = true;
        subscription.resume();
        assertThat(encoded).containsExactly("0: 1-1..1-2");
        assertThat(released).isEmpty();
        subscription.cancel();
        assertThat(released).containsExactlyElementsOf(encoded);
    }

    /** Whoever joins a read that began before the run was over must not take its answer for the end of the log. */
    @Test
    void readersAtOnePositionShareAReadOfTheLog() {
        log.append(RUN, 1, events(1, 3));
        log.hold();
        Probe early = new Probe();
        Probe late = new Probe();
        subscribe(EventId.START, early);
        subscribe(EventId.START, late);
        run();
        assertThat(log.reads).hasValue(1);

        log.append(RUN, 1, events(4, 5));
        recorded = Optional.of(END);
        feeds.sweep();
        run();
        log.letGo();
        run();
        feeds.sweep();
        run();
        assertThat(early.seen).containsExactly("1-1", "1-2", "1-3", "1-4", "1-5", "1-6");
        assertThat(late.seen).isEqualTo(early.seen);
        assertThat(log.reads).hasValue(2);
    }

    /** Live at two positions, from the log, and the terminal event: shared where positions are, and let go of once. */
    @Test
    void whatIsEncodedIsSharedAndReleasedOnce() {
        log.append(RUN, 1, events(1, 3));
        Publication publication = feeds.publish(RUN, 1, 3, 3);
        for (int k = 0; k < 6; k++) {
            Probe probe = new Probe();
            probe.onBatch = batch -> assertThat(released).doesNotContain(batch.as(encoding));
            subscribe(k < 5 ? new EventId(1, 2) : EventId.START, probe);
        }
        assertThat(released).containsExactlyElementsOf(encoded).hasSize(6);
        encoded.clear();
        released.clear();

        publication.publish(events(4, 4));
        publication.publish(events(5, 5));
        run();
        assertThat(encoded).containsExactly("0: 1-4..1-5");
        assertThat(released).containsExactly("0: 1-4..1-5");
        publication.finish(END);
        run();
        assertThat(released).containsExactlyElementsOf(encoded).hasSize(7);
    }

    @Test
    void resumesAfterEveryPosition() {
        log.append(RUN, 1, events(1, 5));
        recorded = Optional.of(END);
        for (int k = 1; k <= 6; k++) {
            Probe probe = new Probe();
            subscribe(new EventId(1, k), probe);
            assertThat(probe.seen)
                    .containsExactlyElementsOf(IntStream.rangeClosed(k + 1, 6).mapToObj(n -> "1-" + n).toList());
            assertThat(probe.ends).isEqualTo(1);
        }
    }

    @Test
    void aSlowReaderContinuesFromTheLogOnceTheRingHasMovedOn() {
        Publication publication = feeds.publish(RUN, 1, 0, 0);
        Probe slow = new Probe();
        slow.writable = false;
        Subscription subscription = subscribe(EventId.START, slow);
        for (int n = 1; n <= 40; n++) {
            log.append(RUN, 1, events(n, n));
            publication.publish(events(n, n));
            publication.durable(n);
            run();
        }
        assertThat(slow.seen).isEmpty();

        slow.writable = true;
        subscription.resume();
        run();

        assertThat(slow.seen).hasSize(40).doesNotHaveDuplicates().startsWith("1-1").endsWith("1-40");
    }

    @Test
    void aPositionUnknownToAFinishedRunGetsTheTerminalEventOnly() {
        log.append(RUN, 1, events(1, 5));
        recorded = Optional.of(END);
        Probe probe = new Probe();
        subscribe(new EventId(7, 3), probe);
        assertThat(probe.seen).containsExactly("1-6");
        assertThat(probe.ends).isEqualTo(1);
    }

    @Test
    void aPositionFromTheFutureOfARunExecutedHereIsReset() {
        Publication publication = feeds.publish(RUN, 1, 0, 0);
        publication.publish(events(1, 2));
        Probe probe = new Probe();
        subscribe(new EventId(1, 99), probe);
        assertThat(probe.seen).containsExactly("reset", "1-1", "1-2");
    }

    @Test
    void aPositionThatWasShownButNotSavedBeforeACrashWaitsForTheTakeOver() {
        log.append(RUN, 1, events(1, 2));
        Probe probe = new Probe();
        subscribe(new EventId(1, 4), probe);
        assertThat(probe.seen).isEmpty();

        Publication publication = feeds.publish(RUN, 1, 2, 5);
        run();
        publication.publish(events(3, 5));
        run();

        assertThat(probe.seen).containsExactly("1-5");
    }

    @Test
    void aPositionNobodyComesBackForIsResetAfterAWhile() {
        log.append(RUN, 1, events(1, 2));
        Probe probe = new Probe();
        subscribe(new EventId(1, 4), probe);
        now = now.plusSeconds(31);
        feeds.sweep();
        run();
        assertThat(probe.seen).containsExactly("reset", "1-1", "1-2");
    }

    @Test
    void aReaderThatTheTrimmedLogHasOvertakenIsToldSo() {
        log.append(RUN, 1, events(1, 20));
        recorded = Optional.of(END);
        log.trim(RUN, new EventId(1, 15));
        Probe probe = new Probe();
        subscribe(EventId.START, probe);
        assertThat(probe.seen).isEmpty();
        assertThat(probe.failure).hasMessageContaining("not kept any more");
    }

    @Test
    void aSecondAttemptFollowsTheFirst() {
        log.append(RUN, 1, events(1, 2));
        feeds.publish(RUN, 1, 2, 2).abandon();
        Publication second = feeds.publish(RUN, 2, 0, 0);
        Probe probe = new Probe();
        subscribe(EventId.START, probe);
        List<RunEvent> more = List.of(ListLog.event(2, 1), ListLog.event(2, 2));
        second.publish(more);
        log.append(RUN, 1, more);
        second.durable(2);
        run();
        assertThat(probe.seen).containsExactly("1-1", "1-2", "2-1", "2-2");
    }

    @Test
    void aWriterThatGoesLateLeavesItsSuccessorsReadersAlone() {
        Publication former = feeds.publish(RUN, 1, 0, 0);
        Publication next = feeds.publish(RUN, 1, 0, 0);
        Probe probe = new Probe();
        subscribe(EventId.START, probe);
        former.abandon();
        next.publish(events(1, 2));
        run();
        assertThat(probe.seen).containsExactly("1-1", "1-2");
    }

    @Test
    void aRunThatEndedBeforeItsFirstAttemptHasOneEvent() {
        Probe probe = new Probe();
        subscribe(EventId.START, probe);
        assertThat(probe.seen).isEmpty();
        recorded = Optional.of(new RunEvent(new EventId(0, 1), EventType.CANCELLED, Buffer.buffer("{}")));
        feeds.sweep();
        run();
        assertThat(probe.seen).containsExactly("0-1");
        assertThat(probe.ends).isEqualTo(1);
    }

    @Test
    void readersOfALoopShareTheirBatches() {
        Publication publication = feeds.publish(RUN, 1, 0, 0);
        Probe one = new Probe();
        Probe other = new Probe();
        subscribe(EventId.START, one);
        subscribe(EventId.START, other);
        publication.publish(events(1, 2));
        publication.publish(events(3, 3));
        run();
        assertThat(one.batches).hasSize(1);
        assertThat(one.batches.getFirst()).isSameAs(other.batches.getFirst());
        assertThat(log.reads).hasValue(0);
    }

    @Test
    void aReaderThatLeftIsToldNothing() {
        Publication publication = feeds.publish(RUN, 1, 0, 0);
        Probe probe = new Probe();
        Subscription subscription = subscribe(EventId.START, probe);
        subscription.cancel();
        subscription.cancel();
        publication.publish(events(1, 1));
        publication.finish(END);
        run();
        assertThat(probe.seen).isEmpty();
        assertThat(probe.ends).isZero();
    }

    private Subscription subscribe(EventId after, Probe probe) {
        Subscription subscription = feeds.subscribe(RUN, after, loop, probe);
        run();
        return subscription;
    }

    private void run() {
        while (!tasks.isEmpty()) {
            tasks.removeFirst().run();
        }
    }

    private static List<RunEvent> events(long from, long to) {
        return LongStream.rangeClosed(from, to).mapToObj(n -> ListLog.event(1, n)).toList();
    }
}

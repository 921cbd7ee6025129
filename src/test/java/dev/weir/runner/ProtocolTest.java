package dev.weir.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.wire.runner.GatewayFrame.Ack;
import dev.weir.wire.runner.GatewayFrame.Attach;
import dev.weir.wire.runner.GatewayFrame.Cancel;
import dev.weir.wire.runner.RunnerFrame.Attached;
import dev.weir.wire.runner.RunnerFrame.Cancelled;
import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Failed;
import dev.weir.wire.runner.RunnerFrame.Hello;
import dev.weir.wire.runner.RunnerFrame.Message;
import dev.weir.wire.runner.RunnerFrame.Refused;
import dev.weir.wire.runner.RunnerFrame.Succeeded;
import dev.weir.wire.runner.RunnerFrame.TimedOut;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The conversation between gateways and a runner, and what a run survives. */
class ProtocolTest {
    private static final Skill COUNT = Skill.of("""
            def handler(input):
                for i in range(input):
                    print('line', i)
                    yield i
            """);
    private static final Skill SLEEP = Skill.of("""
            import time
            def handler(input):
                print('asleep')
                while True: time.sleep(0.05)
            """);

    @TempDir
    Path workDir;

    private Rig rig;

    @BeforeEach
    void start() throws TimeoutException {
        RunnerOptions options = RunnerOptions.local(workDir);
        rig = new Rig(options.withLimits(options.limits().withMaxUnackedBytes(256 * 1024).withFramesPerSecond(5_000)),
                InstantSource.system());
    }

    @AfterEach
    void stop() throws TimeoutException {
        if (rig != null) {
            rig.close();
        }
    }

    @Test
    void everyConnectionIsGreetedWithTheSameBoot() {
        String boot = rig.gateway().awaitFrame(Hello.class).boot();
        assertThat(rig.gateway().awaitFrame(Hello.class).boot()).isEqualTo(boot).hasSize(36);
    }

    @Test
    void floodReachesASlowReaderCompleteAndInOrderInBoundedMemory() {
        int lines = 500_000;
        Gateway gateway = rig.gateway().acknowledging();
        gateway.send(rig.attach(Skill.of("""
                import sys
                def handler(input):
                    for i in range(0, input, 1000):
                        sys.stdout.write(''.join('%099d\\n' % n for n in range(i, i + 1000)))
                    return 'flooded'
                """).input(Integer.toString(lines))));
        gateway.until(() -> !gateway.events.isEmpty());
        for (int stall = 0; stall < 3; stall++) {
            gateway.pause();
            int seen = gateway.events.size();
            gateway.resume();
            gateway.until(() -> gateway.events.size() > seen);
        }
        List<Event> events = gateway.awaitEnd();
        assertThat(events.getLast()).isEqualTo(new Succeeded(Skill.json("\"flooded\"")));
        String text = gateway.text("stdout");
        assertThat(text).hasSize(lines * 100);
        int[] next = {0};
        text.lines().forEach(line -> {
            if (Integer.parseInt(line) == next[0]) {
                next[0]++;
            }
        });
        assertThat(next[0]).isEqualTo(lines);
        assertThat(gateway.messageSizes).allMatch(size -> size <= 32 * 1024);
    }

    @Test
    void handlerWaitsWhileNobodyAcknowledgesAndThenGoesOn() {
        Gateway gateway = rig.gateway();
        gateway.send(rig.attach(Skill.of("""
                def handler(input):
                    for i in range(100):
                        open('../progress', 'w').write(str(i))
                        yield str(i) + 'x' * 10_000
                """)));
        // 26 events fit; the handler goes on to the 27th and waits.
        gateway.until(() -> gateway.events.size() >= 26 && Rig.read(workDir.resolve("progress")).equals("26"));
        assertThat(gateway.events).hasSize(26);
        gateway.acknowledging();
        gateway.send(new Ack(gateway.events.size()));
        gateway.awaitEnd();
        assertThat(Gateway.messages(gateway.events)).hasSize(100);
        assertThat(Rig.read(workDir.resolve("progress"))).isEqualTo("99");
    }

    @Test
    void runGoesOnWithoutAConnection() {
        Gateway first = rig.gateway();
        first.send(rig.attach(COUNT.input("50")));
        first.awaitFrame(Attached.class);
        first.drop();
        Gateway second = rig.gateway().acknowledging();
        second.send(Rig.resume(2, 0));
        assertThat(Gateway.messages(second.awaitEnd())).hasSize(50);
        assertThat(second.awaitFrame(Attached.class).known()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void eachEventArrivesOnceInOrderAcrossLostConnections(long seed) {
        Random random = new Random(seed);
        List<Event> all = new ArrayList<>();
        Gateway gateway = rig.gateway();
        gateway.send(rig.attach(COUNT.input("3000")));
        long fence = 1;
        while (all.isEmpty() || !(all.getLast() instanceof Succeeded)) {
            int wanted = 1 + random.nextInt(900);
            Gateway current = gateway;
            current.until(() -> current.events.size() >= wanted
                    || (!current.events.isEmpty() && current.events.getLast() instanceof Succeeded));
            gateway.drop();
            List<Event> seen = List.copyOf(current.events);
            all.addAll(seen.subList(0, Math.min(seen.size(), wanted))); // the rest was lost on the way, for all we know
            gateway = rig.gateway();
            gateway.send(Rig.resume(++fence, all.size()));
        }
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            expected.append("line ").append(i).append('\n');
        }
        assertThat(Gateway.text(all, "stdout")).isEqualTo(expected.toString());
        assertThat(Gateway.messages(all)).isEqualTo(IntStream.range(0, 3000).mapToObj(Integer::toString).toList());
    }

    @Test
    void newConnectionTakesTheRunOver() {
        Gateway first = rig.gateway();
        first.send(rig.attach(SLEEP));
        first.until(() -> !first.events.isEmpty());
        Gateway second = rig.gateway();
        second.send(Rig.resume(1, 0));
        assertThat(first.awaitClose()).isEqualTo((short) 4000);
        second.until(() -> second.text("stdout").equals("asleep\n"));
        assertThat(second.awaitFrame(Attached.class)).isEqualTo(new Attached(true, 1));
    }

    @Test
    void staleFenceIsRefused() {
        Gateway first = rig.gateway();
        first.send(rig.attach(SLEEP));
        Gateway second = rig.gateway();
        second.send(Rig.resume(7, 0));
        second.awaitFrame(Attached.class);
        Gateway stale = rig.gateway();
        stale.send(Rig.resume(6, 0));
        stale.awaitFrame(Refused.class);
        assertThat(stale.awaitClose()).isEqualTo((short) 4409);
        second.send(new Cancel());
        assertThat(second.awaitEnd().getLast()).isEqualTo(new Cancelled());
    }

    @Test
    void unknownRunIsNotStartedByAResume() {
        Gateway gateway = rig.gateway();
        gateway.send(Rig.resume(1, 0));
        assertThat(gateway.awaitFrame(Attached.class)).isEqualTo(new Attached(false, 0));
        gateway.send(rig.attach(COUNT.input("1")));
        assertThat(gateway.awaitEnd()).hasSize(3);
    }

    @Test
    void runWhoseEventsTheGatewayHasIsNotStartedAgain() {
        Gateway gateway = rig.gateway();
        Attach attach = rig.attach(COUNT);
        gateway.send(new Attach(attach.run(), 1, 1, 5, attach.packageUrl(), attach.start()));
        assertThat(gateway.awaitFrame(Attached.class)).isEqualTo(new Attached(false, 0));
        assertThat(rig.downloads).hasValue(0);
    }

    @Test
    void acknowledgedRunIsNotExecutedTwice() {
        Attach attach = rig.attach(COUNT.input("1"));
        Gateway first = rig.gateway().acknowledging();
        first.send(attach);
        long last = first.awaitEnd().size();
        Gateway second = rig.gateway();
        second.send(new Attach(attach.run(), 1, 2, last, attach.packageUrl(), attach.start()));
        assertThat(second.awaitFrame(Attached.class)).isEqualTo(new Attached(true, last));
        Gateway third = rig.gateway();
        third.send(new Attach(attach.run(), 1, 3, 0, attach.packageUrl(), attach.start()));
        third.awaitFrame(Refused.class);
        assertThat(rig.downloads).hasValue(1);
    }

    @Test
    void secondRunIsRefusedWhileOneExecutes() {
        rig.gateway().acknowledging().send(rig.attach(SLEEP));
        Attach attach = rig.attach(COUNT.input("1"));
        Gateway other = rig.gateway();
        await().atMost(Gateway.PATIENCE).until(() -> rig.downloads.get() == 1);
        other.send(new Attach("run-2", 1, 1, 0, attach.packageUrl(), attach.start()));
        assertThat(other.awaitFrame(Refused.class).reason()).contains("another run");
    }

    @Test
    void cancelEndsAHandlerThatNeverEnds() {
        Gateway gateway = rig.gateway().acknowledging();
        gateway.send(rig.attach(Skill.of("""
                import os, signal, sys, time
                def handler(input):
                    def term(*_):
                        os.write(1, b'terminated\\n') # print may be at work when the signal comes
                        sys.exit(0)
                    signal.signal(signal.SIGTERM, term)
                    print('ready')
                    while True: time.sleep(0.05)
                """).graceMs(30_000)));
        gateway.until(() -> !gateway.events.isEmpty());
        gateway.send(new Cancel());
        gateway.send(new Cancel());
        assertThat(gateway.awaitEnd().getLast()).isEqualTo(new Cancelled());
        assertThat(gateway.text("stdout")).isEqualTo("ready\nterminated\n");
    }

    @Test
    void handlerThatIgnoresTermIsKilledWithItsChildren() {
        Gateway gateway = rig.gateway().acknowledging();
        gateway.send(rig.attach(Skill.of("""
                import os, signal, time
                def handler(input):
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    child = os.fork()
                    while child == 0: time.sleep(0.05)
                    yield [os.getpid(), child]
                    while True: time.sleep(0.05)
                """).graceMs(50)));
        gateway.until(() -> !gateway.events.isEmpty());
        gateway.send(new Cancel());
        assertThat(gateway.awaitEnd().getLast()).isEqualTo(new Cancelled());
        ((Message) gateway.events.getFirst()).value().forEach(
                process -> await().atMost(Gateway.PATIENCE).until(() -> Rig.isDead(process.intValue())));
    }

    @Test
    void timeoutEndsTheHandler() {
        assertThat(rig.run(SLEEP.timeoutMs(300)).getLast()).isEqualTo(new TimedOut());
    }

    @Test
    void cancelWhileThePackageIsFetched() {
        Gateway gateway = rig.gateway().acknowledging();
        gateway.send(new Attach(Rig.RUN, 1, 1, 0, "http://127.0.0.1:1/none", Optional.of(COUNT.start())));
        gateway.awaitFrame(Attached.class);
        gateway.send(new Cancel());
        assertThat(gateway.awaitEnd()).containsExactly(new Cancelled());
    }

    @Test
    void cancelReachesAHandlerThatIsHeldUpByAFullBuffer() {
        Gateway gateway = rig.gateway();
        gateway.send(rig.attach(Skill.of("def handler(input):\n    while True: print('x' * 1000)")));
        gateway.until(() -> gateway.text("stdout").length() > 200_000);
        gateway.send(new Cancel());
        assertThat(gateway.awaitEnd().getLast()).isEqualTo(new Cancelled());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "{}", "{\"type\":\"ack\"}", "{\"type\":\"ack\",\"n\":1}", "{\"type\":\"cancel\"}",
        "{\"type\":\"attach\",\"run\":1}", "[1]", "=", "+{", "{\"type\":\"ack\",\"n\":1.5}"})
    void malformedFrameClosesTheConnectionAndNothingElse(String text) {
        Gateway bad = rig.gateway();
        bad.sendText(text);
        if (text.equals("+{")) {
            bad.sendText("{}");
        }
        assertThat(bad.awaitClose()).isEqualTo((short) 4400);
        assertThat(rig.run(COUNT.input("1")).getLast()).isInstanceOf(Succeeded.class);
    }

    @Test
    void binaryMessageAndAckFromTheFutureCloseTheConnection() {
        Gateway binary = rig.gateway();
        binary.sendBinary(new byte[]{1, 2});
        assertThat(binary.awaitClose()).isEqualTo((short) 4400);
        Gateway early = rig.gateway();
        early.send(rig.attach(SLEEP));
        early.send(new Ack(1_000));
        assertThat(early.awaitClose()).isEqualTo((short) 4400);
    }

    @Test
    void packageIsFetchedFromWhereTheNewestGatewaySays() {
        Skill skill = COUNT.input("1");
        Gateway first = rig.gateway();
        first.send(new Attach(Rig.RUN, 1, 1, 0, "http://127.0.0.1:1/gone", Optional.of(skill.start())));
        first.awaitFrame(Attached.class);
        first.drop();
        Gateway second = rig.gateway().acknowledging();
        second.send(new Attach(Rig.RUN, 1, 2, 0, rig.publish(skill), Optional.empty()));
        assertThat(second.awaitEnd().getLast()).isInstanceOf(Succeeded.class);
    }

    @Test
    void packageThatCannotBeHadEndsTheRun() {
        Gateway gateway = rig.gateway().acknowledging();
        Skill skill = COUNT.timeoutMs(300);
        gateway.send(new Attach(Rig.RUN, 1, 1, 0, rig.url(skill), Optional.of(skill.start())));
        assertThat(gateway.awaitEnd())
                .containsExactly(new Failed("runtime_error", "the package could not be fetched: HTTP status 404"));
    }

    @Test
    void packageWithAnotherDigestIsNotRun() {
        Gateway gateway = rig.gateway().acknowledging();
        String url = rig.publish(COUNT);
        gateway.send(new Attach(Rig.RUN, 1, 1, 0, url, Optional.of(SLEEP.start())));
        assertThat(gateway.awaitEnd()).singleElement().isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.kind()).isEqualTo("runtime_error");
            assertThat(failed.message()).contains("digest");
        });
    }
}

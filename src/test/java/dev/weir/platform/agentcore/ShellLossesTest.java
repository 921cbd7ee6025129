package dev.weir.platform.agentcore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.agent.ShellRetry;
import dev.weir.kernel.Problem;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ShellLossesTest {
    private static final Problem DOWN = new Problem.Unavailable("down", Duration.ZERO, "");

    private final ShellLosses losses = new ShellLosses(ShellRetry.aws(RandomGenerator.of("L64X128MixRandom")));
    private long now;

    @Test
    void connectionsThatDieAtOnceAreFailuresAndTheWindowBeginsWithTheFirst() {
        connection(1, false);
        assertPause(1);
        for (long pause : new long[]{2, 4, 8, 15, 30, 1}) {
            connection(1, false);
            assertPause(pause);
        }
        pass(900);
        connection(1, false);
        assertThat(pause()).isEmpty();
    }

    @Test
    void aShellThatSpeaksIsComeBackToSoonButNotForEver() {
        for (int i = 0; i < 850; i++) {
            connection(1, true);
            assertPause(1);
        }
        pass(60);
        connection(1, true);
        assertThat(pause()).isEmpty();
    }

    @Test
    void aConnectionThatLastedBeginsAllAnew() {
        for (int i = 0; i < 3; i++) {
            connection(1, false);
        }
        losses.refused(DOWN, now);
        pass(880);
        connection(15, false);
        assertPause(1);
        pass(890);
        assertPause(1);
    }

    @Test
    void aPlannedEndIsNoFailure() {
        connection(1, false);
        connection(1, false);
        losses.attached(now);
        losses.renewed(now);
        losses.refused(DOWN, now);
        assertPause(2);
    }

    @Test
    void refusedCredentialsAreTriedTwiceMoreAfterEachConnection() {
        Problem forbidden = new Problem.Forbidden("no");
        for (int i = 0; i < 2; i++) {
            losses.attached(now);
            losses.lost(now);
            losses.refused(forbidden, now);
            assertThat(losses.isPassing(forbidden)).isTrue();
            losses.refused(forbidden, now);
            assertThat(losses.isPassing(forbidden)).isTrue();
            losses.refused(forbidden, now);
            assertThat(losses.isPassing(forbidden)).isFalse();
        }
        assertThat(losses.isPassing(DOWN)).isTrue();
        losses.attached(now);
        Problem absent = new Problem.NotFound("runtime", "");
        losses.refused(absent, now);
        assertThat(losses.isPassing(absent)).isFalse();
    }

    @Test
    void aDialThatWasGivenUpMayTakeTheShellOnce() {
        assertThat(losses.tookItOurselves(now)).isFalse();
        losses.refused(new Problem.UpstreamTimeout("x"), now);
        pass(800);
        assertThat(losses.tookItOurselves(now)).isTrue();
        assertThat(losses.tookItOurselves(now)).isFalse();
        losses.refused(new Problem.UpstreamTimeout("x"), now);
        pass(900);
        assertThat(losses.tookItOurselves(now)).isFalse();
    }

    private void connection(int seconds, boolean speaking) {
        losses.attached(now);
        if (speaking) {
            losses.spoke();
        }
        pass(seconds);
        losses.lost(now);
    }

    private void pass(int seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private OptionalLong pause() {
        return losses.beforeAgain(now).map(pause -> OptionalLong.of(pause.toMillis())).orElseGet(OptionalLong::empty);
    }

    private void assertPause(long seconds) {
        assertThat(pause().orElseThrow()).isBetween(seconds * 750, seconds * 1250);
    }
}

package dev.weir.feature.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellAddressTest {
    @Test
    void aThreadHasTheSameShellForEver() {
        ShellAddress address = ShellAddress.ofThread("discord:1234567890");
        assertThat(address.session())
                .isEqualTo("thread-cdaaa7cfd183fec7031f978ed19a2fdd514ca4ad8a55692d830096f812bad3d1");
        assertThat(address.shell()).isEqualTo("acp-66372f5a4537987e");
        assertThat(address.session().length()).isBetween(33, 100);
        assertThat(ShellAddress.ofThread("discord:1234567890")).isEqualTo(address);
    }

    @Test
    void noTwoThreadsShareAShell() {
        Set<String> sessions = new HashSet<>();
        for (String platform : new String[]{"slack", "discord", "slack1"}) {
            for (int id = 0; id < 2000; id++) {
                sessions.add(ShellAddress.ofThread(platform + ":" + id).session());
                sessions.add(ShellAddress.ofThread(platform + ":" + id + "0").session());
            }
        }
        assertThat(sessions).hasSize(3 * (2000 + 2000 - 199));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "slack", ":1", "slack:", "Slack:1", "slack: 1", "sl ack:1", "1:1"})
    void otherThreadsAreRefused(String thread) {
        assertThatThrownBy(() -> ShellAddress.ofThread(thread)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a b", "a/b", "a\n", "\u00e4"})
    void illegalShellsAreRefused(String shell) {
        assertThatThrownBy(() -> new ShellAddress("s".repeat(33), shell)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ShellAddress("s".repeat(40) + shell + "!", "a"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void idsAreNotPrinted() {
        assertThat(ShellAddress.random().toString()).isEqualTo("ShellAddress[]");
    }

    @Test
    void theRetriesAreThoseOfTheSdks() {
        ShellRetry retry = ShellRetry.aws(RandomGenerator.of("L64X128MixRandom"));
        long[] seconds = {1, 2, 4, 8, 15, 30, 1, 2};
        for (int i = 0; i < seconds.length; i++) {
            assertThat(retry.beforeAgain(i, Duration.ZERO).orElseThrow().toMillis())
                    .isBetween(seconds[i] * 750, seconds[i] * 1250);
        }
        assertThat(retry.beforeAgain(0, Duration.ofMinutes(15))).isEmpty();
        assertThat(retry.beforeOpening(5)).isEmpty();
        assertThat(retry.beforeOpening(4).orElseThrow().toMillis()).isBetween(1500L, 2500L);
    }
}

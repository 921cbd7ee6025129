package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxCommandTest {
    @ParameterizedTest
    @ValueSource(strings = {"run --lang js -- -x", "--help", "-h", "help", "stop --json", "--version run",
        "exec 01K - --cmd=1"})
    void wordsAreHandedOnAsTheyAre(String line) {
        List<String> handed = new ArrayList<>();
        assertThat(SandboxCommand.of(words -> {
            handed.addAll(words);
            return 77;
        }).execute(line.split(" "))).isEqualTo(77);
        assertThat(handed).containsExactly(line.split(" "));
    }
}

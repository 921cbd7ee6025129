package dev.weir.wire.env;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvFilterTest {
    private static final long SEED = 20260301;
    private static final List<String> RESERVED = List.of("AWS_", "AWS_REGION", "AGENT_RUNNER_", "AGENT_RUNNER_TOKEN",
            "WEIR_KEY", "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT",
            "DYLD_INSERT_LIBRARIES", "BASH_ENV", "ENV", "NODE_OPTIONS", "PERL5OPT", "RUBYOPT", "JAVA_TOOL_OPTIONS",
            "GLIBC_TUNABLES", "GCONV_PATH", "IFS");

    @ParameterizedTest
    @CsvSource({"AWS_,prefix:AWS_", "AWS_SECRET_ACCESS_KEY,prefix:AWS_", "aws_region,prefix:AWS_",
        "Agent_Runner_Id,prefix:AGENT_RUNNER_", "PYTHONPATH,prefix:PYTHON", "pythonPath,prefix:PYTHON",
        "PYTHON_FROZEN_MODULES,prefix:PYTHON", "LD_PRELOAD,prefix:LD_", "Ld_Preload,prefix:LD_",
        "DYLD_INSERT_LIBRARIES,prefix:DYLD_", "BASH_ENV,name:BASH_ENV", "node_options,name:NODE_OPTIONS",
        "BASH_FUNC_ls,prefix:BASH_FUNC_"})
    void theReservedAreStrippedByTheRuleNamed(String name, String rule) {
        assertThat(EnvFilter.rule(name, "x")).contains(rule);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MY_AWS_REGION", "LAWS_OF_MOTION", "LD_SDK_KEY", "MY_AWS_KEY", "AWS", "AWSOME",
        "X_AGENT_RUNNER_", "OLD_PRELOAD", "LD",
        "BUILD_LD_PATH", "MY_PYTHONPATH", "PYTHONHASHSEED", "PYTHONUNBUFFERED", "ENVIRONMENT", "NODE_ENV", "_", "PATH",
        "HOME", "TZ", "HTTPS_PROXY", "a", "A1"})
    void whatMerelyLooksAlikeStays(String name) {
        assertThat(EnvFilter.rule(name, "x")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=", "A=B", "=AWS_REGION", "1A", "A B", " AWS_REGION", "AWS_REGION ", "A\0", "A\n",
        "A-B", "A.B", "\u212aEY", "AW\u017f_REGION", "A\u0130", "LD_PRELOAD\u0131", "\uff21WS_REGION", "\ud800",
        "BASH_FUNC_ls%%"})
    void whatIsNoNameIsStripped(String name) {
        assertThat(EnvFilter.rule(name, "x")).contains("illegal-name");
        assertThat(EnvFilter.filter(Map.of(name, "x")).kept()).isEmpty();
    }

    @Test
    void lengthsAndValuesHaveBounds() {
        assertThat(EnvFilter.rule("A".repeat(255), "x")).isEmpty();
        assertThat(EnvFilter.rule("A".repeat(256), "x")).contains("illegal-name");
        assertThat(EnvFilter.rule("A", "a\0b")).contains("illegal-value");
        assertThat(EnvFilter.rule("A", "")).isEmpty();
        assertThat(EnvFilter.rule("A", "a=b\n\u2603")).isEmpty();
        assertThat(EnvFilter.filter(Map.of("-".repeat(10_000), "x")).stripped().getFirst().name()).hasSize(64);
    }

    @Test
    void anyMixtureOfCasesOfAReservedNameIsStripped() {
        Random random = new Random(SEED);
        for (String name : RESERVED) {
            for (int i = 0; i < 50; i++) {
                String mixed = mixed(name, random);
                assertThat(EnvFilter.rule(mixed, "x")).as(mixed).isPresent().isEqualTo(EnvFilter.rule(name, "x"));
                assertThat(EnvFilter.rule("X" + mixed, "x")).as("X" + mixed).isEmpty();
            }
        }
    }

    /** In Turkish, upper case of i is not I. */
    @ParameterizedTest
    @ValueSource(strings = {"tr-TR", "az", "lt", "en-US"})
    void theMachinesLanguageChangesNothing(String tag) {
        Locale usual = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag(tag));
            for (String name : List.of("ld_library_path", "dyld_insert_libraries", "ifs", "glibc_tunables",
                    "weir_i")) {
                assertThat(EnvFilter.rule(name, "x")).as(name).isPresent();
            }
        } finally {
            Locale.setDefault(usual);
        }
    }

    @Test
    void everythingIsEitherKeptAsItWasOrListedOnce() {
        Random random = new Random(SEED);
        for (int i = 0; i < 500; i++) {
            Map<String, String> wanted = new LinkedHashMap<>();
            IntStream.range(0, random.nextInt(20)).forEach(_ -> wanted.put(name(random), "v" + random.nextInt()));
            EnvFilter.Filtered filtered = EnvFilter.filter(wanted);
            assertThat(filtered.kept().size() + filtered.stripped().size()).isEqualTo(wanted.size());
            assertThat(wanted).containsAllEntriesOf(filtered.kept());
            assertThat(filtered.kept().keySet()).allSatisfy(
                    name -> assertThat(name.toUpperCase(Locale.ROOT)).doesNotStartWith("AWS_").doesNotStartWith("LD_"));
            assertThat(filtered.stripped()).extracting(StrippedName::name).isSorted();
            EnvFilter.Filtered again = EnvFilter.filter(filtered.kept());
            assertThat(again.kept()).isEqualTo(filtered.kept());
            assertThat(again.stripped()).isEmpty();
        }
    }

    @Test
    void nothingPrintsAValue() {
        assertThat(EnvFilter.filter(Map.of("A", "hunter2", "AWS_X", "hunter2")).toString()).doesNotContain("hunter2");
    }

    private static String mixed(String name, Random random) {
        StringBuilder mixed = new StringBuilder();
        name.chars().forEach(c -> mixed
                .append(random.nextBoolean() ? Character.toLowerCase((char) c) : Character.toUpperCase((char) c)));
        return mixed.toString();
    }

    private static String name(Random random) {
        String stem = random.nextInt(3) == 0 ? mixed(RESERVED.get(random.nextInt(RESERVED.size())), random) : "";
        StringBuilder name = new StringBuilder(stem);
        random.ints(random.nextInt(6), 0, 5).forEach(i -> name.append("A_1=\0\u0130x".charAt(i)));
        return name.toString();
    }
}

package dev.weir.feature.env;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.wire.env.EnvFilter;
import dev.weir.wire.env.StrippedName;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvCuratorTest {
    @Test
    void theHandlerSeesTheBaseAndWhatPassed() {
        EnvCurator.Curated curated = EnvCurator.curate(Map.of("LEVEL", "3", "AWS_REGION", "x", "ld_preload", "y"));
        assertThat(curated.env()).containsOnlyKeys("LEVEL", "PATH", "LANG", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE");
        assertThat(curated.stripped()).containsExactly(new StrippedName("AWS_REGION", "prefix:AWS_"),
                new StrippedName("ld_preload", "prefix:LD_"));
    }

    @Test
    void theRunnersOwnFilterTakesNothingMore() {
        Map<String, String> env = EnvCurator.curate(Map.of("LEVEL", "3", "PYTHONPATH", "/tmp")).env();
        assertThat(EnvFilter.filter(env).kept()).isEqualTo(env);
    }
}

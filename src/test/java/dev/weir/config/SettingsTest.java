package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class SettingsTest {
    private static final Path FILE = Path.of("conf", "weir.yaml");

    @Test
    void theTableNamesEveryComponentOfTheRecordsOnce() {
        List<String> keys = new ArrayList<>(RecordTree.flatten(WeirConfig.DEFAULT).keySet());
        keys.remove("agents");
        RecordTree.flatten(AgentConfig.DEFAULT).keySet().forEach(field -> keys.add("agents.*." + field));
        assertThat(Settings.ALL).extracting(Setting::key).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(Settings.ALL).extracting(Setting::variable).doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(EnvironmentSource.RESERVED);
        assertThat(Settings.ALL).extracting(Setting::description).doesNotHaveDuplicates()
                .allMatch(text -> text.endsWith("."));
    }

    @Test
    void everyDefaultIsWithinItsBoundsAndSurvivesPrinting() {
        Map<String, Object> defaults = RecordTree.flatten(WeirConfig.DEFAULT);
        RecordTree.flatten(AgentConfig.DEFAULT).forEach((field, value) -> defaults.put("agents.*." + field, value));
        Settings.ALL.stream().filter(setting -> !(setting.kind() instanceof Kind.Named)).forEach(setting -> {
            Object value = defaults.get(setting.key());
            Map<String, Object> read = new Yaml().load("k: " + setting.kind().print(value));
            String text = read.get("k").toString();
            assertThat(setting.kind().parse(text)).as(setting.key())
                    .isEqualTo(value instanceof Integer number ? (Object) number.longValue() : value);
        });
    }

    @Test
    void theFileInConfHasEveryKeyAndLoadsAsTheDefaults() throws IOException {
        LoadedConfig loaded = ConfigLoader.load(Optional.of(FILE), Map.of(), List.of());
        assertThat(loaded.config()).isEqualTo(WeirConfig.DEFAULT);
        assertThat(loaded.sources().keySet()).containsExactlyInAnyOrderElementsOf(
                Settings.ALL.stream().filter(setting -> !setting.isOpen()).map(Setting::key).toList());
        assertThat(Files.readString(FILE)).as("`weir check-config --defaults` prints it anew")
                .isEqualTo(ReferenceFile.render());
    }

    @Test
    void whatIsPrintedLoadsAgain() {
        for (String text : List.of("plain", "with space", "a: b", "#x", "\"q\"", "back\\slash", "a:", "-")) {
            Kind kind = Settings.of("data").orElseThrow().kind();
            Object read = new Yaml().load("k: " + kind.print(text));
            assertThat(read).isEqualTo(Map.of("k", text));
        }
    }
}

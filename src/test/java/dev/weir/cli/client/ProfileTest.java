package dev.weir.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileTest {
    @TempDir
    private Path config;

    @Test
    void theEnvironmentNeedsNoFile() {
        Profile profile = find(Map.of("WEIR_SERVER", "http://h:1/", "WEIR_KEY", "wk_a"), null, null);
        assertThat(profile.server()).hasToString("http://h:1");
        assertThat(profile.key().reveal()).isEqualTo("wk_a");
        assertThat(profile.toString()).doesNotContain("wk_a");
        assertThat(find(Map.of(), null, null).server()).hasToString("http://127.0.0.1:8080");
    }

    @Test
    void aNamedProfileWinsOverTheEnvironment() throws IOException {
        write("rw-------", "work: {server: 'https://w.example', key: wk_w}\n");
        Map<String, String> environment = Map.of("WEIR_SERVER", "http://h:1", "WEIR_KEY", "wk_a");
        assertThat(find(environment, "work", null).key().reveal()).isEqualTo("wk_w");
        assertThat(find(environment, "work", null).server()).hasToString("https://w.example");
        assertThatThrownBy(() -> find(environment, "other", null)).hasMessageContaining("no profile 'other'");
    }

    @Test
    void aStoredKeyGoesToNoOtherServer() throws IOException {
        write("rw-------", "default: {server: 'https://w.example', key: wk_w}\n");
        assertThat(find(Map.of(), null, null).key().reveal()).isEqualTo("wk_w");
        assertThat(find(Map.of(), null, "http://evil.example").key().reveal()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx------", "r--------", "rw---x---"})
    void aFileOfAnyOtherModeIsRefused(String mode) throws IOException {
        write(mode, "default: {key: wk_w}\n");
        assertThatThrownBy(() -> find(Map.of(), null, null)).isInstanceOf(ClientException.class)
                .hasMessageContaining("must have mode 0600").hasMessageContaining("but has " + mode)
                .hasMessageContaining("chmod 600").hasMessageNotContaining("wk_w");
    }

    @Test
    void whatIsNoMappingIsRefusedWithoutShowingIt() throws IOException {
        for (String text : new String[]{"wk_w", "[wk_w]", "default: wk_w", "default: {key: wk_w", "a: {}\na: {}"}) {
            write("rw-------", text);
            assertThatThrownBy(() -> find(Map.of(), null, null)).as(text).isInstanceOf(ClientException.class)
                    .hasMessageContaining("is not a mapping").hasMessageNotContaining("wk_w");
        }
        for (String text : new String[]{"", "# nothing", "work: {key: wk_w}"}) {
            write("rw-------", text);
            assertThat(find(Map.of(), null, null).key().reveal()).as(text).isEmpty();
        }
    }

    @Test
    void theSameServerMayBeWrittenWithASlash() throws IOException {
        write("rw-------", "default: {server: 'https://w.example/', key: wk_w}\n");
        assertThat(find(Map.of(), null, "https://w.example").key().reveal()).isEqualTo("wk_w");
    }

    @Test
    void whatIsNoServerIsRefused() {
        for (String server : new String[]{"ftp://x", "x", "http://u:p@x", "http://", "http://x y"}) {
            assertThatThrownBy(() -> find(Map.of(), null, server)).isInstanceOf(ClientException.class);
        }
    }

    private Profile find(Map<String, String> environment, String name, String server) {
        Map<String, String> all = new java.util.HashMap<>(environment);
        all.put("XDG_CONFIG_HOME", config.toString());
        return Profile.find(all, Optional.ofNullable(name), Optional.ofNullable(server));
    }

    private void write(String mode, String text) throws IOException {
        Path file = Files.createDirectories(config.resolve("weir")).resolve("profiles.yaml");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}

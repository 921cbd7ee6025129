package dev.weir.runner;

import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.wire.zip.Repack;
import dev.weir.wire.zip.ZipLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SkillPackageTest {
    @TempDir
    Path directory;

    private Path zip;
    private Path code;

    @BeforeEach
    void paths() {
        zip = directory.resolve("package.zip");
        code = directory.resolve("code");
    }

    @Test
    void unpacksFoldersAndReplacesWhatWasThere() throws Exception {
        Files.createDirectories(code);
        Files.writeString(code.resolve("old.py"), "old");
        Files.createSymbolicLink(code.resolve("link"), directory);
        Files.write(zip, Skill.zip(Map.of("main.py", "x", "a/b/c.txt", "y", "empty/", "")));
        new SkillPackage(zip).unpack(code);
        assertThat(code.resolve("main.py")).hasContent("x");
        assertThat(code.resolve("a/b/c.txt")).hasContent("y");
        assertThat(code.resolve("empty")).isDirectory();
        assertThat(code.resolve("old.py")).doesNotExist();
        assertThat(zip).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "/evil", "a/../../evil", "a/./evil", "a//evil", "a\\..\\evil", "evil\nname",
        "..", "a/.."})
    void nameThatLeadsOutIsRefused(String name) throws IOException {
        Files.write(zip, Skill.zip(Map.of(name, "x")));
        assertThatThrownBy(() -> new SkillPackage(zip).unpack(code)).isInstanceOf(RunFailure.class)
                .hasMessageNotContaining("evil");
        assertThat(directory.resolve("evil")).doesNotExist();
    }

    @Test
    void symbolicLinkIsRefused() throws IOException {
        write(new ZipArchiveEntry("link"), 0120777, "/etc/passwd");
        assertThatThrownBy(() -> new SkillPackage(zip).unpack(code)).isInstanceOf(RunFailure.class)
                .hasMessageContaining("symbolic link");
    }

    @Test
    void executableStaysExecutable() throws Exception {
        write(new ZipArchiveEntry("tool"), 0100755, "#!/bin/sh\n");
        new SkillPackage(zip).unpack(code);
        assertThat(code.resolve("tool")).isExecutable();
    }

    @Test
    void whatTheGatewayPacksAsAProgramIsOneHereAndNothingElseIs() throws Exception {
        byte[] script = "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8);
        Repack.Content program = new Repack.Content() {
            @Override
            public InputStream open() {
                return new ByteArrayInputStream(script);
            }

            @Override
            public boolean isExecutable() {
                return true;
            }
        };
        try (OutputStream out = Files.newOutputStream(zip)) {
            Repack.write(Map.of("bin/tool", program, "main.py", Repack.Content.of(script)), ZipLimits.PACKAGE, out);
        }
        new SkillPackage(zip).unpack(code);
        assertThat(code.resolve("bin/tool")).hasBinaryContent(script);
        assertThat(Files.getPosixFilePermissions(code.resolve("bin/tool"))).contains(OWNER_EXECUTE);
        assertThat(Files.getPosixFilePermissions(code.resolve("main.py"))).doesNotContain(OWNER_EXECUTE);
    }

    @Test
    void tooManyFilesAreRefused() throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; i <= SkillPackage.MAX_ENTRIES; i++) {
            files.put("f" + i, "");
        }
        Files.write(zip, Skill.zip(files));
        assertThatThrownBy(() -> new SkillPackage(zip).unpack(code)).isInstanceOf(RunFailure.class)
                .hasMessageContaining(SkillPackage.MAX_ENTRIES + " files");
    }

    @Test
    void twoFilesOfOneNameAndGarbageAreRefused() throws IOException {
        Files.write(zip, Skill.zip(Map.of("a", "file", "a/b", "below it")));
        assertThatThrownBy(() -> new SkillPackage(zip).unpack(code)).isInstanceOf(RunFailure.class);
        Files.writeString(zip, "this is no archive");
        assertThatThrownBy(() -> new SkillPackage(zip).unpack(code)).isInstanceOf(RunFailure.class)
                .hasMessageContaining("not a valid zip archive");
    }

    private void write(ZipArchiveEntry entry, int mode, String content) throws IOException {
        try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
            entry.setUnixMode(mode);
            out.putArchiveEntry(entry);
            out.write(content.getBytes(StandardCharsets.UTF_8));
            out.closeArchiveEntry();
        }
    }
}

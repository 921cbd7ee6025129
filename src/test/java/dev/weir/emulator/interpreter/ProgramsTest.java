package dev.weir.emulator.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
    @TempDir
    Path dir;

    @Test
    void aProgramSaysItsVersion() throws IOException {
        assertThat(Programs.version(program("echo v22.6.1"), Duration.ofSeconds(30))).isEqualTo(22_006);
        assertThat(Programs.version(program("echo what"), Duration.ofSeconds(30))).isZero();
        assertThat(Programs.version(dir.resolve("absent"), Duration.ofSeconds(30))).isZero();
    }

    @Test
    void oneThatHangsIsEndedWithAllItHasStarted() throws IOException {
        Path pids = dir.resolve("pids");
        int version = Programs.version(program("sleep 300 & echo $$ $! > " + pids + "; wait"), Duration.ofSeconds(1));

        assertThat(version).isZero();
        for (String pid : Files.readString(pids).trim().split(" ", -1)) {
            await().until(() -> ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isEmpty());
        }
    }

    private Path program(String line) throws IOException {
        Path script = Files.createTempFile(dir, "node", "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return Files.writeString(script, "#!/bin/sh\n" + line + "\n");
    }
}

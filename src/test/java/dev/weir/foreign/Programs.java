package dev.weir.foreign;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What of other people's is installed here. */
final class Programs {
    private Programs() {}

    /** The first of {@code names} that is on the path. */
    static Optional<Path> find(String... names) {
        return Stream.of(names).flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(entry -> Path.of(entry, name))).filter(Files::isExecutable).findFirst();
    }

    /** Whether {@code command} can be run and ends with 0. */
    static boolean runs(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}

package dev.weir.emulator.session;

import java.io.IOException;
import java.nio.file.Path;

/** Directories in directories, so many that the last of them has no path a system call takes. */
public final class TooDeep {
    private TooDeep() {}

    public static void in(Path directory) throws IOException, InterruptedException {
        run(directory, "name=$(printf %0200d 0); for n in $(seq 30); do mkdir $name && cd -P ./$name || exit; done");
    }

    /** For nothing else here can. */
    public static void remove(Path directory) throws IOException, InterruptedException {
        run(directory.getParent(), "rm -rf ./" + directory.getFileName());
    }

    private static void run(Path directory, String line) throws IOException, InterruptedException {
        int code = new ProcessBuilder("/bin/bash", "-c", line).directory(directory.toFile()).inheritIO().start()
                .waitFor();
        if (code != 0) {
            throw new IOException("bash ended with " + code);
        }
    }
}

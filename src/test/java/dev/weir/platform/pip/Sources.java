package dev.weir.platform.pip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Source distributions that tell on whoever builds them. */
final class Sources {
    private Sources() {}

    /** An archive whose build backend, which needs nothing from anywhere, writes the file {@code ran}. */
    static Path distribution(Path directory, String name, Path ran) throws IOException, InterruptedException {
        String folder = name + "-1.0";
        Path source = Files.createDirectories(directory.resolve("sdist").resolve(folder));
        Files.writeString(source.resolve("pyproject.toml"), "[build-system]\nrequires = []\nbuild-backend = \"b\"\n"
                + "backend-path = [\".\"]\n[project]\nname = \"" + name + "\"\nversion = \"1.0\"\n");
        Files.writeString(source.resolve("b.py"), "open('" + ran + "', 'w').close()\n");
        Files.writeString(source.resolve("PKG-INFO"), "Metadata-Version: 2.1\nName: " + name + "\nVersion: 1.0\n");
        Path archive = source.resolveSibling(folder + ".tar.gz");
        Process tar = new ProcessBuilder("tar", "czf", archive.toString(), "-C", source.getParent().toString(),
                folder).start();
        if (tar.waitFor() != 0) {
            throw new IOException("tar failed");
        }
        return archive;
    }
}

package dev.weir.emulator.interpreter;

import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a path says, name by name from a session's working directory on. That is also the root of an absolute path, as it is in the URIs of
 * listings, unless the path names the directory as the machine does; a {@code ..} is refused wherever it stands, for what it means depends
 * on links.
 */
record SessionPath(List<Path> names) {
    SessionPath {
        names = List.copyOf(names);
    }

    static SessionPath of(Path work, String path) throws FileSystemException {
        if (path.indexOf('\0') >= 0) {
            throw new FileSystemException(path.replace('\0', '?'), null, "holds a NUL");
        }
        String prefix = work + "/";
        String within = path.startsWith(prefix) ? path.substring(prefix.length()) : path;
        List<Path> names = new ArrayList<>();
        for (String name : within.split("/", -1)) {
            if (name.equals("..")) {
                throw outside(path);
            }
            if (!name.isEmpty() && !name.equals(".")) {
                names.add(name(path, name));
            }
        }
        return new SessionPath(names);
    }

    /** One that does not end as the path of a directory. */
    static SessionPath ofFile(Path work, String path) throws FileSystemException {
        SessionPath whole = of(work, path);
        if (whole.names.isEmpty() || path.endsWith("/")) {
            throw new FileSystemException(path, null, "does not name a file");
        }
        return whole;
    }

    List<Path> parents() {
        return names.subList(0, names.size() - 1);
    }

    Path last() {
        return names.getLast();
    }

    private static Path name(String path, String name) throws FileSystemException {
        try {
            return Path.of(name);
        } catch (InvalidPathException unusable) {
            throw new FileSystemException(path, null, "cannot be the name of a file here");
        }
    }

    private static FileSystemException outside(String path) {
        return new FileSystemException(path, null, "leads out of the session's directory");
    }

    /** Below the working directory. */
    @Override
    public String toString() {
        return names.stream().map(Path::toString).collect(Collectors.joining("/"));
    }
}

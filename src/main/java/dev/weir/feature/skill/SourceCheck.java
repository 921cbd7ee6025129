package dev.weir.feature.skill;

import io.vertx.core.Future;
import java.nio.file.Path;

/** Reads a package's source before it is ever run. */
public interface SourceCheck {
    /**
     * Inspects an extracted package; nothing of it is executed, imported or changed. Bounded in time, memory and number of findings. The
     * future never fails: what could not be inspected is an {@code error} finding, so that no upload stays undecided.
     *
     * @param directory the package's files, already safe to walk (no links, no way out)
     * @param handler {@code module:function}
     */
    Future<SourceReport> inspect(Path directory, String handler);
}

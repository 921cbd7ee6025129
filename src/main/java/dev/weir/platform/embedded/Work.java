package dev.weir.platform.embedded;

import java.sql.SQLException;

/**
 * What to do inside one transaction. It takes effect whole or, if it throws, not at all; a {@code ProblemException} reaches the caller as
 * it is.
 */
@FunctionalInterface
public interface Work<T> {
    T in(Session session) throws SQLException;
}

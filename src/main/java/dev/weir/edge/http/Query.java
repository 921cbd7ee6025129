package dev.weir.edge.http;

import dev.weir.feature.run.event.EventId;
import dev.weir.kernel.Ids;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Violation;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Typed access to query parameters, in the manner of {@link Body}: everything wrong is told at once by {@link #done}. */
final class Query {
    private static final Pattern SHOWABLE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,8}");

    private final MultiMap parameters;
    private final Set<String> known = new HashSet<>();
    private final List<Violation> violations = new ArrayList<>();

    Query(RoutingContext ctx) {
        parameters = ctx.queryParams();
    }

    Optional<String> text(String name, int maxLength) {
        return read(name, text -> text.length() <= maxLength ? Optional.of(text) : Optional.empty(),
                "must be at most " + maxLength + " characters");
    }

    Optional<String> id(String name) {
        return read(name, text -> Optional.of(text).filter(Ids::isLegal),
                "must be 1 to 64 letters, digits, '_' or '-', and start with a letter or digit");
    }

    int number(String name, int min, int max, int fallback) {
        return read(name, text -> Optional.of(text)
                .filter(number -> NUMBER.matcher(number).matches())
                .map(Integer::valueOf)
                .filter(number -> number >= min && number <= max), "must be an integer from " + min + " to " + max)
                .orElse(fallback);
    }

    Optional<Instant> time(String name) {
        return read(name, text -> {
            try {
                return Optional.of(OffsetDateTime.parse(text).toInstant());
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        }, "must be an RFC 3339 time");
    }

    /** A position in a run's events. */
    Optional<EventId> cursor(String name) {
        return read(name, EventId::parse, "must be an event id, <attempt>-<number>");
    }

    /** The value {@code parse} makes of a parameter given once; anything else is noted with {@code rule}. */
    <T> Optional<T> read(String name, Function<String, Optional<T>> parse, String rule) {
        known.add(name);
        List<String> values = parameters.getAll(name);
        if (values.size() > 1) {
            violate("query parameter '" + name + "' is given more than once");
            return Optional.empty();
        }
        if (values.isEmpty()) {
            return Optional.empty();
        }
        Optional<T> value = parse.apply(values.getFirst());
        if (value.isEmpty()) {
            violate("query parameter '" + name + "' " + rule);
        }
        return value;
    }

    /** Fails with {@code Invalid} if anything was wrong, or a parameter was given that nobody asked for. */
    void done() {
        for (String name : parameters.names()) {
            if (!known.contains(name)) {
                violate(SHOWABLE.matcher(name).matches()
                        ? "query parameter '" + name + "' is not one of this request"
                        : "there is a query parameter that is not one of this request");
            }
        }
        doneLeniently();
    }

    /** As {@link #done}, but parameters nobody asked for are let pass. */
    void doneLeniently() {
        if (!violations.isEmpty()) {
            throw new ProblemException(new Problem.Invalid(violations.getFirst().message(), violations));
        }
    }

    private void violate(String message) {
        violations.add(new Violation("", message));
    }
}

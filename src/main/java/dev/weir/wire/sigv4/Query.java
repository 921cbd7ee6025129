package dev.weir.wire.sigv4;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parameters of a query, decoded, in the order they came. */
public record Query(List<Parameter> parameters) {
    /** One parameter; a value-less one has an empty value. */
    public record Parameter(String name, String value) {}

    public Query {
        parameters = List.copyOf(parameters);
    }

    /** Splits and decodes; {@link IllegalArgumentException} if the percent-encoding is broken. */
    public static Query parse(String raw) {
        List<Parameter> parameters = new ArrayList<>();
        for (String part : raw.split("&", -1)) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? part : part.substring(0, equals);
                String value = equals < 0 ? "" : part.substring(equals + 1);
                parameters.add(new Parameter(PercentCoding.decode(name), PercentCoding.decode(value)));
            }
        }
        return new Query(parameters);
    }

    /** The first value of a parameter; names are compared exactly, as AWS does for {@code X-Amz-...}. */
    public Optional<String> first(String name) {
        return parameters.stream().filter(parameter -> parameter.name().equals(name)).map(Parameter::value).findFirst();
    }

    /** Names only: a presigned query is a credential. */
    @Override
    public String toString() {
        return "Query" + parameters.stream().map(Parameter::name).toList();
    }
}

package dev.weir.wire.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** One schema inside a schema: which others it applies to the same value, and which to what is inside the value. */
final class Part {
    /** To the same value: {@code $ref}, {@code allOf}, {@code not} and the like. */
    final List<Part> same = new ArrayList<>();
    /** To the property of that name. */
    final Map<String, Part> named = new HashMap<>();
    /** Perhaps to any property. */
    final List<Part> properties = new ArrayList<>();
    /** Perhaps to any element. */
    final List<Part> elements = new ArrayList<>();
    /** Against the value, if it is a text. */
    final List<Pattern> patterns = new ArrayList<>();
    /** Against every property's name. */
    final List<Pattern> names = new ArrayList<>();
    boolean comparesElements;
    /** A pointer or an anchor in the same schema, or null. */
    String reference;
}

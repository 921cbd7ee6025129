package dev.weir.wire.env;

/**
 * A variable that was not passed on, without its value.
 *
 * @param rule which rule stripped it, as {@link EnvFilter} names it
 */
public record StrippedName(String name, String rule) {}
